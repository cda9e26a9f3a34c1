import { changeCompiledTime, compiledHeaderSize } from '../../domain/containerize/compiled-python.ts';
import type { ExtendedAttributes, FileEntry, ReadFile } from '../../domain/containerize/file-entry.ts';
import { ownerInImage } from '../../domain/containerize/layer-owner.ts';
import type { LayerPlan, PlannedEntry } from '../../domain/containerize/layer-plan.ts';
import { fixedTime, type LayerOptions, type LayerWriter } from '../../domain/containerize/layer-writer.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { openNameless } from '../files/nameless-file.ts';
import { writeError } from '../files/write-file.ts';
import { packedFile } from './packed-files.ts';
import { packInto, type PackedStream } from './packed-stream.ts';
import { formatTarEntry, type TarEntry } from './tar-entry.ts';
import { blockSize, paddingAfter } from './tar-header.ts';

export interface LayerWriterOptions {
  /** Folder for the layers. Files there have no name and end with the process. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** Level 1 of gzip takes 40 % of the time of level 6, the default of gzip, and gives 10 % more bytes. */
const level = 1;
const zeros = Buffer.alloc(2 * blockSize);
const databaseStart = Buffer.from('SQLite format 3\0', 'latin1');
const types = { file: '0', symlink: '2', directory: '5', fifo: '6' } as const;
const noAttributes: ExtendedAttributes = new Map(Object.entries({}));

/** Writes layers into files without a name. */
export function createLayerWriter({ scratch, signal }: LayerWriterOptions): LayerWriter {
  return {
    async write(plan, files, options) {
      const file = await openNameless(scratch);
      const stream = packInto(file, level);
      try {
        const counts = await writeEntries({ plan, options, stream, signal }, files);
        await stream.write(zeros);
        const { digest, size, plainDigest, plainSize } = await stream.finish();
        const packed = packedFile({ handle: file, path: nameOf(plan), size }, digest, signal);
        return { ...packed, ...counts, plan, diffId: plainDigest, tarBytes: plainSize };
      } catch (error) {
        await stream.stop();
        await file.close();
        signal.throwIfAborted();
        throw error instanceof Error && 'errno' in error
          ? writeError(`${nameOf(plan)} in ${scratch}`, plan.bytes, error)
          : error;
      }
    },
  };
}

function nameOf({ area, part }: LayerPlan): string {
  return `layer ${String(part)} of ${area}`;
}

interface Writing {
  readonly plan: LayerPlan;
  readonly options: LayerOptions;
  readonly stream: PackedStream;
  readonly signal: AbortSignal;
}

interface Counts {
  files: number;
  bytes: number;
  groupRights: number;
  readonly missing: string[];
  readonly databases: string[];
}

async function writeEntries(writing: Writing, files: AsyncIterable<ReadFile>): Promise<Readonly<Counts>> {
  const { plan, signal } = writing;
  const counts: Counts = { files: 0, bytes: 0, groupRights: 0, missing: [], databases: [] };
  let next = 0;
  for await (const file of files) {
    signal.throwIfAborted();
    for (; ; next += 1) {
      const planned = plan.entries[next];
      if (planned === undefined) throw notAsked(file.entry.path);
      if (planned.linkTo === undefined && planned.entry.path === file.entry.path) break;
      await writeWithoutContent(planned, writing, counts);
    }
    const planned = plan.entries[next];
    if (planned !== undefined) await writeFile(file, planned, { writing, counts });
    next += 1;
  }
  for (const planned of plan.entries.slice(next)) await writeWithoutContent(planned, writing, counts);
  await writeHidden(writing);
  return counts;
}

/** Whiteouts, as the OCI image specification has them (layer.md). */
async function writeHidden({ plan, options, stream }: Writing): Promise<void> {
  const hidden = [
    ...plan.opaque.map((path) => `${path}/.wh..wh..opq`),
    ...plan.whiteouts.map((path) => whiteoutOf(path)),
  ];
  const modified = String(options.time === 'kept' ? fixedTime : options.time);
  for (const path of hidden) {
    const owner = { uid: 0, gid: 0, mode: 0o644, modified, attributes: noAttributes };
    await stream.write(formatTarEntry({ name: path.slice(1), type: '0', size: 0, link: '', ...owner }));
  }
}

function whiteoutOf(path: string): string {
  const start = path.lastIndexOf('/') + 1;
  return `${path.slice(0, start)}.wh.${path.slice(start)}`;
}

/** A made folder, a further name of a file that was written, or a file that did not come. */
async function writeWithoutContent(planned: PlannedEntry, { options, stream }: Writing, counts: Counts): Promise<void> {
  const { entry, linkTo } = planned;
  if (entry.isMade === true) {
    const folder = describe({ entry, attributes: noAttributes }, options, counts);
    await stream.write(formatTarEntry({ ...folder, type: types.directory, size: 0, link: '' }));
    return;
  }
  if (linkTo === undefined || counts.missing.includes(linkTo)) {
    counts.missing.push(entry.path);
    return;
  }
  const link = describe({ entry, attributes: noAttributes }, options, counts);
  await stream.write(formatTarEntry({ ...link, type: '1', size: 0, link: linkTo.slice(1) }));
  if (entry.kind === 'file') counts.files += 1;
}

function describe(
  { entry, attributes }: Pick<ReadFile, 'entry' | 'attributes'>,
  { owners, time }: LayerOptions,
  counts: Counts,
): Omit<TarEntry, 'type' | 'size' | 'link'> {
  const owner = ownerInImage(entry, owners);
  if (owner.mode !== entry.mode || (owners.groupRights && owner.gid !== entry.gid)) counts.groupRights += 1;
  const name = entry.path.slice(1) + (entry.kind === 'directory' ? '/' : '');
  return { name, ...owner, modified: time === 'kept' ? entry.modified : String(time), attributes };
}

async function writeFile(
  file: ReadFile,
  planned: PlannedEntry,
  { writing, counts }: { readonly writing: Writing; readonly counts: Counts },
): Promise<void> {
  const { entry } = file;
  const { options, stream } = writing;
  const type = entry.kind in types ? types[entry.kind as keyof typeof types] : undefined;
  if (type === undefined) {
    counts.missing.push(entry.path);
    return;
  }
  const size = entry.kind === 'file' ? entry.size : 0;
  const link = entry.kind === 'symlink' ? (entry.target ?? '') : '';
  await stream.write(formatTarEntry({ ...describe(file, options, counts), type, size, link }));
  if (entry.kind !== 'file') return;
  counts.files += 1;
  counts.bytes += size;
  let done = 0;
  const change = startOf(entry, { planned, options, counts });
  for await (const bytes of changingStart(file.content, change)) {
    done += bytes.length;
    if (done > size) break;
    const tapped = options.tap?.content(entry, bytes);
    if (tapped !== undefined) await tapped;
    await stream.write(bytes);
  }
  if (done !== size) throw wrongLength(entry);
  const tapped = options.tap?.end(entry);
  if (tapped !== undefined) await tapped;
  await stream.write(zeros.subarray(0, paddingAfter(size)));
}

/** Looks at the first bytes of a file, and changes those of a compiled one. */
function startOf(
  entry: FileEntry,
  {
    planned,
    options,
    counts,
  }: { readonly planned: PlannedEntry; readonly options: LayerOptions; readonly counts: Counts },
): (start: Uint8Array) => Uint8Array {
  return (start) => {
    if (databaseStart.equals(start.subarray(0, databaseStart.length))) counts.databases.push(entry.path);
    const { time } = options;
    return planned.source === undefined || time === 'kept' ? start : changeCompiledTime(start, planned.source, time);
  };
}

/** The first piece has all that is looked at, or the whole content. */
async function* changingStart(
  content: AsyncIterable<Uint8Array>,
  change: (start: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  let kept = Buffer.alloc(0);
  let isStart = true;
  for await (const piece of content) {
    const whole: Uint8Array = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    if (!isStart) yield piece;
    else if (whole.length < compiledHeaderSize) kept = Buffer.from(whole);
    else {
      isStart = false;
      kept = Buffer.alloc(0);
      yield change(whole);
    }
  }
  if (kept.length > 0) yield change(kept);
}

function notAsked(path: string): TaskError {
  return new TaskError('incomplete', `reading ${path}: it came in the wrong order`, { remedy: 'Run again.' });
}

function wrongLength({ path, size }: FileEntry): TaskError {
  return new TaskError('incomplete', `reading ${path}: its content has not the ${String(size)} bytes`, {
    remedy: 'Run again when no program changes the files.',
  });
}
