import { createHash } from 'node:crypto';

import type { AllowEntry } from '../../domain/scan/allow-list.ts';
import { weighMatches, type MatchedPlace } from '../../domain/scan/collect-findings.ts';
import { addPackageRecord, isPackageRecord, type PackageRecords } from '../../domain/scan/package-record.ts';
import { filesAtOnce, type FileScan, type ScannedFile, type Scanner } from '../../domain/scan/scanner.ts';
import { createScanSet } from '../../domain/scan/scan-set.ts';
import { formsOfSecrets, type NamespaceSecret } from '../../domain/scan/secret-values.ts';
import { openPart } from './open-part.ts';
import { bufferSize, scanPlain, type Part, type ScanRun } from './scan-run.ts';
import { openSpool, type Spool } from './spool.ts';

export interface ScannerOptions {
  /** The Secrets of the namespace, whose values are searched for. */
  readonly secrets: readonly NamespaceSecret[];
  readonly allow: readonly AllowEntry[];
  /** A folder with space for the two longest archives among the files. */
  readonly scratch: string;
  /** PATH for the programs that decompress bzip2 and xz. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Archives within archives that are read. */
const depths = 3;
/** Bytes of a package's list of files. */
const longestRecord = 32 * 1024 * 1024;

/**
 * Opens the scan of the files and texts of one image. `close` must be called at its end.
 * @throws Error of the file system when the scratch folder cannot be written
 */
export async function openScanner(options: ScannerOptions): Promise<Scanner> {
  const { forms, counts: values } = formsOfSecrets(options.secrets);
  const spools: Spool[][] = [];
  for (let file = 0; file < filesAtOnce; file += 1) spools.push(await openSpools(options.scratch));
  const shared: Omit<ScanRun, 'spools'> = {
    sets: { packages: createScanSet(forms, false), own: createScanSet(forms, true) },
    buffers: [],
    notes: [],
    environment: options.environment,
    signal: options.signal,
  };
  const unused = spools.map((own): ScanRun => ({ ...shared, spools: own }));
  const state: State = { shared, unused, places: [], records: new Map(), files: 0, bytes: 0 };
  return {
    file: (file) => scanFile(state, file),
    text: (place, text, origin) => scanText(state, place, { text, origin }),
    finish: () => {
      const { findings, notes, weights } = weighMatches(state.places, { allow: options.allow, records: state.records });
      const counts = { files: state.files, bytes: state.bytes, weights, values };
      return { findings, notes: [...shared.notes, ...notes], counts };
    },
    close: async () => {
      for (const spool of spools.flat()) await spool.close();
    },
  };
}

async function openSpools(scratch: string): Promise<Spool[]> {
  const spools: Spool[] = [];
  for (let depth = 0; depth < depths; depth += 1) spools.push(await openSpool(scratch));
  return spools;
}

interface State {
  readonly shared: Omit<ScanRun, 'spools'>;
  /** One for each file that can be scanned now. */
  readonly unused: ScanRun[];
  readonly places: MatchedPlace[];
  readonly records: PackageRecords;
  files: number;
  bytes: number;
}

function newPart(place: string, path: string, isOwn: boolean): Part {
  return { place, path, label: '', isOwn, depth: 0, matches: [], dropped: { count: 0 } };
}

function scanFile(state: State, { path, area, size }: ScannedFile): FileScan {
  const run = state.unused.pop();
  if (run === undefined) throw new RangeError('too many files are scanned at a time');
  state.files += 1;
  const part = newPart(path, path, area === 'workspace');
  const scan = openPart(run, part);
  const record: Buffer[] | undefined = isPackageRecord(path) && size <= longestRecord ? [] : undefined;
  // The digest is needed only where something is found, which is seldom: the bytes of a short file are still there then.
  const digest = size > bufferSize ? createHash('sha256') : undefined;
  return {
    write: (bytes) => {
      state.bytes += bytes.length;
      digest?.update(bytes);
      record?.push(Buffer.from(bytes));
      scan.write(bytes);
    },
    end: (sha256) => {
      const done = (): void => {
        state.unused.push(run);
        if (record !== undefined) addRecord(state, path, Buffer.concat(record));
        if (part.matches.length === 0) return;
        const own = digest ?? createHash('sha256').update(scan.whole());
        addPlace(state, part, { digest: sha256 ?? own.digest('hex'), isBase: false });
      };
      const pending = scan.end();
      if (pending !== undefined) return pending.then(done);
      done();
      return undefined;
    },
  };
}

function addRecord({ records, shared }: State, path: string, content: Buffer): void {
  if (addPackageRecord(path, content.toString('utf8'), records)) return;
  shared.notes.push({ place: path, reason: 'record-unreadable', detail: '' });
}

function addPlace(state: State, part: Part, { digest, isBase }: Pick<MatchedPlace, 'digest' | 'isBase'>): void {
  const { place, matches, dropped } = part;
  if (matches.length > 0) state.places.push({ place, digest, isBase, matches, more: dropped.count });
}

function scanText(state: State, place: string, { text, origin }: { text: string; origin: 'ours' | 'base' }): void {
  const part = newPart(place, '', true);
  const scan = scanPlain(state.shared, part);
  scan.write(Buffer.from(text));
  void scan.end();
  addPlace(state, part, { digest: undefined, isBase: origin === 'base' });
}
