import type { PlacedMatch, ScanNote } from '../../domain/scan/collect-findings.ts';
import { scanBytes, type ByteScan, type ScanBuffer } from '../../domain/scan/scan-bytes.ts';
import type { ScanSet } from '../../domain/scan/scan-set.ts';
import type { Spool } from './spool.ts';

/** What the contents of one file share; all but the spools is that of the whole scan. */
export interface ScanRun {
  /** For files of packages, and for what people write. */
  readonly sets: { readonly packages: ScanSet; readonly own: ScanSet };
  readonly buffers: ScanBuffer[];
  /** One for each depth of content within content. */
  readonly spools: readonly Spool[];
  readonly notes: ScanNote[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A content to scan: a file, or a member of an archive or a repository. */
export interface Part {
  /** The file that it is in. */
  readonly place: string;
  /** Its own path, for rules that are for some files only. */
  readonly path: string;
  /** Where it is in the file: `member a/b.txt`; empty for the whole. */
  readonly label: string;
  /** Whether the rule for keys of any kind is applied. */
  readonly isOwn: boolean;
  /** How many archives it is in. */
  readonly depth: number;
  readonly matches: PlacedMatch[];
  /** Counts matches that were not kept. */
  readonly dropped: { count: number };
}

/** Takes the bytes of one content. `end` must have ended before another content of the same depth begins. */
export interface PartScan {
  /** The bytes are not kept. */
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => Promise<void> | undefined;
  /** All bytes of a content of at most `bufferSize` bytes, right after its end; they are valid until the next content. */
  readonly whole: () => Uint8Array;
}

/** Bytes of a content that are in memory at a time. */
export const bufferSize = 256 * 1024;
/** Matches that are kept of one file: the report names fewer. */
const mostMatches = 500;

/** Scans the bytes of a part as they are. */
export function scanPlain(run: Omit<ScanRun, 'spools'>, part: Part, texts = false): PartScan {
  const buffer = run.buffers.pop() ?? makeBuffer();
  let size = 0;
  const scan: ByteScan = scanBytes(part.isOwn ? run.sets.own : run.sets.packages, {
    buffer,
    target: { path: part.path, texts },
    found: (match) => {
      const { rule, line, mark } = match;
      if (part.matches.length < mostMatches) part.matches.push({ rule, line, mark, part: part.label });
      else part.dropped.count += 1;
    },
    limited: (rule) => {
      const detail = `${part.label === '' ? '' : `${part.label}: `}${rule} was applied to the first part only`;
      run.notes.push({ place: part.place, reason: 'limit', detail });
    },
  });
  return {
    write: (bytes) => {
      size += bytes.length;
      scan.write(bytes);
    },
    end: () => {
      scan.end();
      run.buffers.push(buffer);
      return undefined;
    },
    whole: () => buffer.bytes.subarray(0, size),
  };
}

function makeBuffer(): ScanBuffer {
  const bytes = Buffer.alloc(bufferSize);
  return { bytes, textOf: (from, to) => bytes.toString('latin1', from, to) };
}

/** A part within a part. */
export function within(part: Part, label: string, path: string): Part {
  const { place, isOwn, depth, matches, dropped } = part;
  const full = part.label === '' ? label : `${part.label}, ${label}`;
  return { place, path, label: full, isOwn, depth: depth + 1, matches, dropped };
}

/** Bytes in all that content within files can become, and how many times as long it may be. */
export const decodeLimits = { bytes: 8 * 1024 ** 3, entries: 500_000, ratio: 200 };
