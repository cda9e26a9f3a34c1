import { ownValue } from '../core/json-object.ts';
import { ArchiveDefect, refuseEntry } from './archive-defect.ts';
import { decodeUtf8 } from './entry-path.ts';
import { parseCount, paxAttributes, paxNumber, paxValue, readPaxRecords, type PaxRecords } from './pax-records.ts';
import {
  addOldSparse,
  checkSparseMap,
  readOldSparse,
  readPaxSparse,
  readSparseData,
  type SparseMap,
} from './sparse-map.ts';
import { isZero, readTarHeader, tarBlock, type TarHeader } from './tar-header.ts';

/** An entry of an archive. Sizes in bytes, times in seconds since 1970. */
export interface ArchiveEntry {
  readonly kind: 'folder' | 'file' | 'symlink' | 'hardlink';
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly modified: number;
  /** Of a file, holes included. */
  readonly size: number;
  /** Bytes that are written, in pieces; the rest of the file are holes. Undefined: the whole file. */
  readonly sparse?: SparseMap | undefined;
  /** Of an archive that is a tar. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly attributes?: ReadonlyMap<string, Uint8Array>;
}

/** What all entries have. */
export type ArchiveMetadata = Omit<ArchiveEntry, 'kind' | 'target' | 'size' | 'sparse'>;

/** Takes the content of the archive as it comes. Calls are in the order of the archive. */
export interface EntrySink {
  /**
   * Takes a device or a named pipe; without it they are refused. Layers of images may have them, and names that are not
   * UTF-8, which are then decoded with replacement characters.
   */
  readonly special?: (entry: ArchiveMetadata) => void;
  readonly begin: (entry: ArchiveEntry) => void;
  /** Bytes of the entry that began last; not kept, because the memory is used again. */
  readonly content: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

export interface TarReader {
  /** @throws ArchiveDefect, and what the sink throws */
  readonly push: (bytes: Uint8Array) => void;
  /** The archive has no more bytes. @throws ArchiveDefect when it was cut */
  readonly end: () => void;
}

const mostExtended = 1024 * 1024;
const mostSparseMap = 4 * 1024 * 1024;

/** What the next bytes are. `take` gets as many as `need` says, or for content as many as there are. */
interface State {
  readonly what: 'block' | 'whole' | 'content' | 'rest';
  readonly need: number;
  readonly take: (bytes: Uint8Array) => State;
}

/** What extended headers said about the next entry. */
interface Extended {
  readonly records: PaxRecords;
  readonly name: string | undefined;
  readonly target: string | undefined;
}

const nothing: Extended = { records: [], name: undefined, target: undefined };
const kinds: Readonly<Record<string, ArchiveEntry['kind']>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
};
const refused: Readonly<Record<string, string>> = {
  '3': 'it is a character device',
  '4': 'it is a block device',
  '6': 'it is a named pipe',
  D: 'it is part of an incremental backup',
  M: 'it continues another archive',
};

/** Reads a tar archive in the forms of V7, ustar, pax and GNU, sparse files included, as its bytes come. */
export function createTarReader(sink: EntrySink): TarReader {
  let state: State = header(sink, nothing);
  let kept: Uint8Array = new Uint8Array();
  return {
    push: (bytes) => {
      let left = kept.length === 0 ? bytes : join(kept, bytes);
      while (left.length > 0) {
        const { what, need, take } = state;
        const isPartial = what === 'content' || what === 'rest';
        if (!isPartial && left.length < need) break;
        const taken = left.subarray(0, Math.min(left.length, need));
        state = take(taken);
        left = left.subarray(taken.length);
      }
      kept = left.slice();
    },
    end: () => {
      if (state.what !== 'rest' || kept.length > 0) throw new ArchiveDefect('it was cut: its end is missing');
    },
  };
}

function header(sink: EntrySink, extended: Extended): State {
  return { what: 'block', need: tarBlock, take: (block) => readHeader(block, sink, extended) };
}

function readHeader(block: Uint8Array, sink: EntrySink, extended: Extended): State {
  const found = readTarHeader(block);
  if (found === undefined) {
    if (extended !== nothing) throw new ArchiveDefect('it was cut: an extended header has no entry');
    return rest();
  }
  const { type, size } = found;
  if (['x', 'g', 'L', 'K'].includes(type)) return extendedHeader(found, sink, extended);
  if (type === 'V') return skip(roundUp(size), () => header(sink, extended));
  const kind = ownValue(kinds, type);
  const name = nameOf(found, extended, sink);
  if (kind === undefined) {
    const why = ownValue(refused, type);
    if (why === undefined || sink.special === undefined)
      return refuseEntry(name, why ?? `its type ${JSON.stringify(type)} is unknown`);
    sink.special(metadataOf({ found, sink, extended }));
    return header(sink, nothing);
  }
  if (type === 'S') {
    const { map, hasMore } = readOldSparse(block);
    return hasMore ? moreSparse(map, { found, sink, extended }) : begin({ found, sink, extended }, map);
  }
  return kind === 'file' ? beginFile({ found, sink, extended }) : beginOther(kind, { found, sink, extended });
}

interface Context {
  readonly found: TarHeader;
  readonly sink: EntrySink;
  readonly extended: Extended;
}

function beginFile(context: Context): State {
  const form = readPaxSparse(context.extended.records);
  if (form?.kind !== 'in-data') return begin(context, form?.map);
  return sparseData(context, { size: form.size, stored: storedSize(context), kept: new Uint8Array() });
}

function storedSize({ found, extended }: Context): number {
  return paxNumber(extended.records, 'size') ?? found.size;
}

/** A folder or a link has no content, whatever size it says: then what follows is not a header, and is refused. */
function beginOther(kind: ArchiveEntry['kind'], { found, sink, extended }: Context): State {
  const target =
    paxValue(extended.records, 'linkpath') ?? extended.target ?? decode(found.linkName, 'target of a link', sink);
  sink.begin({ ...metadataOf({ found, sink, extended }), kind, target, size: 0 });
  sink.end();
  return header(sink, nothing);
}

function begin(context: Context, sparse: SparseMap | undefined, stored = storedSize(context)): State {
  const { sink } = context;
  if (sparse !== undefined) checkSparseMap(sparse, stored);
  const metadata = metadataOf(context);
  // Before POSIX a folder was a file whose name ends in a slash.
  const kind = metadata.name.endsWith('/') && stored === 0 ? 'folder' : 'file';
  sink.begin({ ...metadata, kind, target: '', size: sparse?.size ?? stored, sparse });
  return content(sink, stored, roundUp(stored) - stored);
}

function metadataOf({ found, sink, extended }: Context): ArchiveMetadata {
  const { records } = extended;
  return {
    name: nameOf(found, extended, sink),
    mode: found.mode,
    modified: timeOf(found, extended),
    owner: { uid: paxNumber(records, 'uid') ?? found.uid, gid: paxNumber(records, 'gid') ?? found.gid },
    attributes: paxAttributes(records),
  };
}

function content(sink: EntrySink, left: number, filling: number): State {
  if (left === 0) {
    sink.end();
    return skip(filling, () => header(sink, nothing));
  }
  return {
    what: 'content',
    need: left,
    take: (bytes) => {
      sink.content(bytes);
      return content(sink, left - bytes.length, filling);
    },
  };
}

function skip(left: number, next: () => State): State {
  if (left === 0) return next();
  return { what: 'content', need: left, take: (bytes) => skip(left - bytes.length, next) };
}

/** After the end only zeros may follow: other programs would see entries there that this one does not. */
function rest(): State {
  const take = (bytes: Uint8Array): State => {
    if (!isZero(bytes)) throw new ArchiveDefect('it has more content after its end');
    return rest();
  };
  return { what: 'rest', need: Infinity, take };
}

function extendedHeader({ type, size }: TarHeader, sink: EntrySink, extended: Extended): State {
  if (size > mostExtended) throw new ArchiveDefect('an extended header is too long');
  if (size === 0) return header(sink, extended);
  const take = (bytes: Uint8Array): State => {
    const body = bytes.subarray(0, size);
    if (type === 'g') {
      checkGlobal(readPaxRecords(body));
      return header(sink, extended);
    }
    if (type === 'x') return header(sink, { ...extended, records: readPaxRecords(body) });
    const end = body.indexOf(0);
    const text = decode(end === -1 ? body : body.subarray(0, end), 'long name', sink);
    return header(sink, { ...extended, [type === 'L' ? 'name' : 'target']: text });
  };
  return { what: 'whole', need: roundUp(size), take };
}

/** Programs disagree about names and sizes for all entries, so an archive that sets them is not safe to read. */
function checkGlobal(records: PaxRecords): void {
  const bad = records.find(([name]) => ['path', 'linkpath', 'size'].includes(name) || name.startsWith('GNU.sparse.'));
  if (bad !== undefined) throw new ArchiveDefect(`a global extended header sets ${bad[0]} for all entries`);
}

function moreSparse(known: SparseMap, context: Context): State {
  const take = (block: Uint8Array): State => {
    const { map, hasMore } = addOldSparse(known, block);
    return hasMore ? moreSparse(map, context) : begin(context, map);
  };
  return { what: 'block', need: tarBlock, take };
}

interface SparseData {
  readonly size: number;
  readonly stored: number;
  readonly kept: Uint8Array;
}

function sparseData(context: Context, { size, stored, kept }: SparseData): State {
  if (kept.length >= Math.min(stored, mostSparseMap)) throw new ArchiveDefect('invalid map of a sparse file');
  const take = (block: Uint8Array): State => {
    const all = join(kept, block);
    const found = readSparseData(all, size);
    return found === undefined
      ? sparseData(context, { size, stored, kept: all })
      : begin(context, found.map, stored - found.taken);
  };
  return { what: 'block', need: tarBlock, take };
}

function nameOf({ name }: TarHeader, { records, name: long }: Extended, sink: EntrySink): string {
  return paxValue(records, 'GNU.sparse.name') ?? paxValue(records, 'path') ?? long ?? decode(name, 'entry', sink);
}

function decode(bytes: Uint8Array, what: string, sink: EntrySink): string {
  return sink.special !== undefined ? new TextDecoder().decode(bytes) : decodeUtf8(bytes, what);
}

function timeOf({ modified }: TarHeader, { records }: Extended): number {
  const text = paxValue(records, 'mtime') ?? '';
  const seconds = /^(\d{1,12})(?:\.\d*)?$/.exec(text)?.[1];
  return seconds === undefined ? modified : parseCount(seconds, 'mtime');
}

function roundUp(size: number): number {
  return Math.ceil(size / tarBlock) * tarBlock;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
