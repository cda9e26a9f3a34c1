import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { createInflate, inflateSync } from 'node:zlib';

import { messageOf } from '../../domain/core/errors.ts';
import { applyDelta, longestPackHeader, readPackHeader, type PackedObject } from '../../domain/scan/git-pack.ts';
import type { PlacedMatch } from '../../domain/scan/collect-findings.ts';
import { nameGitBlobs, type GitTree } from '../../domain/scan/git-trees.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { windowed, type ArchiveFile, type ReadAt } from '../archives/archive-file.ts';
import type { PartScan } from './scan-run.ts';

/** Longer objects are streamed, and deltas to them are scanned without their base. Bytes. */
const longestObject = 16 * 1024 * 1024;
/** Bytes of objects that are kept, because others are deltas to them. */
const mostKept = 32 * 1024 * 1024;
const shownId = 12;
const objectTypes = ['blob', 'commit', 'tag', 'tree'];

type Open = (label: string, path: string) => PartScan;

/** Scans an object of Git that is in a file of its own. @throws ArchiveDefect */
export async function scanGitObject(file: ArchiveFile, open: Open): Promise<void> {
  let scan: PartScan | undefined;
  let isFirst = true;
  for await (const bytes of inflate(file, 0)) {
    if (!isFirst) {
      scan?.write(bytes);
      continue;
    }
    isFirst = false;
    const end = bytes.indexOf(0);
    const [type = ''] = bytes.toString('latin1', 0, Math.max(0, end)).split(' ');
    if (!objectTypes.includes(type)) throw new ArchiveDefect('it is not an object of Git');
    if (type === 'tree') return;
    scan = open(type, '');
    scan.write(bytes.subarray(end + 1));
  }
  await scan?.end();
}

interface Pack {
  readonly file: ArchiveFile;
  readonly readAt: ReadAt;
  readonly open: Open;
  /** Kinds by where the object begins. */
  readonly kinds: Map<number, PackedObject['kind']>;
  readonly places: Map<string, number>;
  readonly kept: Map<number, Uint8Array>;
  /** Deltas whose base comes later in the pack. */
  readonly later: number[];
  /** Where trees begin. */
  readonly trees: number[];
  /** Of the file that the pack is. */
  readonly matches: PlacedMatch[];
  /** Files with matches, and which ones these are. */
  readonly found: { readonly id: string; readonly from: number; readonly to: number }[];
}

/**
 * Scans all files and messages of a pack of Git, old versions too.
 * @param matches those of the file; each in a file of the repository gets the path of that
 * @throws ArchiveDefect
 */
export async function scanGitPack(file: ArchiveFile, open: Open, matches: PlacedMatch[]): Promise<void> {
  const readAt = windowed(file);
  const start = packStart(readAt, file.size);
  const count = readAt(start + 8, 4).readUInt32BE(0);
  const state = { kinds: new Map(), places: new Map(), kept: new Map(), later: [], trees: [], found: [] };
  const pack: Pack = { file, readAt, open, matches, ...state };
  let at = start + 12;
  for (let index = 0; index < count; index += 1) at = await scanObject(pack, at);
  for (const place of pack.later) await scanObject(pack, place);
  if (pack.found.length > 0) namePaths(pack);
}

/** Trees are read only where something was found: most of them are in no path of it. */
function namePaths(pack: Pack): void {
  const { found, matches } = pack;
  const paths = nameGitBlobs(treesOf(pack), new Set(found.map(({ id }) => id)));
  for (const { id, from, to } of found) {
    const [label, path] = [labelOf('blob', id), paths.get(id)];
    if (path === undefined) continue;
    for (let at = from; at < to; at += 1) {
      const match = matches[at] as PlacedMatch;
      matches[at] = { ...match, part: match.part.replace(label, () => `${label} (${path})`) };
    }
  }
}

function* treesOf(pack: Pack): Generator<GitTree, void, undefined> {
  for (const place of pack.trees) {
    const content = contentAt(pack, place);
    if (content === undefined) continue;
    keep(pack, place, content);
    yield { id: idOf('tree', content), content };
  }
}

function idOf(kind: string, content: Uint8Array): string {
  return createHash('sha1')
    .update(`${kind} ${String(content.length)}\0`)
    .update(content)
    .digest('hex');
}

function labelOf(kind: string, id: string): string {
  return `${kind} ${id.slice(0, shownId)}`;
}

/** A bundle has lines of text before the pack, and an empty one at their end. */
function packStart(readAt: ReadAt, size: number): number {
  const head = readAt(0, Math.min(size, 1024 * 1024));
  if (head.toString('latin1', 0, 4) === 'PACK') return 0;
  const end = head.indexOf('\n\nPACK');
  if (end === -1) throw new ArchiveDefect('it has no pack');
  return end + 2;
}

/** @returns where the next object begins */
async function scanObject(pack: Pack, at: number): Promise<number> {
  const header = headerAt(pack, at);
  const start = at + header.headerLength;
  const base = baseOf(pack, at, header);
  const kind = base === undefined ? header.kind : (pack.kinds.get(base) ?? 'delta');
  pack.kinds.set(at, kind);
  if (header.size > longestObject) return streamObject(pack, start, kind);
  const { bytes, end } = inflateAt(pack, start, header.size);
  if (header.kind === 'delta' && base === undefined) {
    if (pack.later.includes(at)) await scanContent(pack, `delta at ${String(at)}`, bytes);
    else pack.later.push(at);
    return end;
  }
  if (kind === 'tree') {
    pack.trees.push(at);
    return end;
  }
  const content = header.kind === 'delta' ? contentAt(pack, at) : bytes;
  if (content === undefined) {
    await scanContent(pack, `delta at ${String(at)}`, bytes);
    return end;
  }
  keep(pack, at, content);
  const id = idOf(kind, content);
  pack.places.set(id, at);
  const from = pack.matches.length;
  await scanContent(pack, labelOf(kind, id), content);
  if (kind === 'blob' && pack.matches.length > from) pack.found.push({ id, from, to: pack.matches.length });
  return end;
}

async function scanContent({ open }: Pack, label: string, content: Uint8Array): Promise<void> {
  const scan = open(label, '');
  scan.write(content);
  await scan.end();
}

function headerAt({ readAt, file }: Pack, at: number): PackedObject {
  return readPackHeader(readAt(at, Math.min(longestPackHeader, file.size - at)));
}

function baseOf({ places }: Pack, at: number, { baseDistance, baseId }: PackedObject): number | undefined {
  if (baseDistance !== undefined) return at - baseDistance;
  return baseId === undefined ? undefined : places.get(baseId);
}

/** The content of an object: its deltas are applied one after the other. Undefined when a base is too long or missing. */
function contentAt(pack: Pack, at: number): Uint8Array | undefined {
  const deltas: Uint8Array[] = [];
  let place = at;
  let content = pack.kept.get(place);
  while (content === undefined) {
    const header = headerAt(pack, place);
    if (header.size > longestObject) return undefined;
    const { bytes } = inflateAt(pack, place + header.headerLength, header.size);
    if (header.kind !== 'delta') content = bytes;
    else {
      const base = baseOf(pack, place, header);
      if (base === undefined || base === place || deltas.length > 10_000) return undefined;
      deltas.push(bytes);
      place = base;
      content = pack.kept.get(place);
    }
  }
  for (const delta of deltas.reverse()) content = applyDelta(content, delta, longestObject);
  return content;
}

/** The objects that were used last: most deltas are to those. */
function keep({ kept }: Pack, at: number, content: Uint8Array): void {
  kept.delete(at);
  kept.set(at, content);
  let size = 0;
  for (const { length } of kept.values()) size += length;
  for (const [place, { length }] of kept) {
    if (size <= mostKept) return;
    kept.delete(place);
    size -= length;
  }
}

function inflateAt({ readAt, file }: Pack, start: number, size: number): { bytes: Buffer; end: number } {
  // What deflate cannot make smaller becomes longer by 5 bytes for each block, and by those around it.
  const packed = readAt(start, Math.min(file.size - start, size + Math.ceil(size / 1000) * 5 + 128));
  try {
    // The types of Node do not know what `info` returns.
    const { buffer, engine } = inflateSync(packed, { info: true, maxOutputLength: size + 1 }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (buffer.length !== size) throw new ArchiveDefect('an object has another length than its header says');
    return { bytes: buffer, end: start + engine.bytesWritten };
  } catch (error) {
    throw error instanceof ArchiveDefect ? error : new ArchiveDefect(messageOf(error));
  }
}

async function streamObject(pack: Pack, start: number, kind: string): Promise<number> {
  const scan = pack.open(`${kind} at ${String(start)}`, '');
  const content = inflate(pack.file, start);
  let end = start;
  for (;;) {
    const next = await content.next();
    if (next.done === true) {
      end = start + next.value;
      break;
    }
    scan.write(next.value);
  }
  await scan.end();
  return end;
}

/** @returns how many bytes of the file were read by the decompression */
async function* inflate({ handle }: ArchiveFile, start: number): AsyncGenerator<Buffer, number, undefined> {
  const packed = handle.createReadStream({ start, autoClose: false });
  const engine = createInflate({ chunkSize: 256 * 1024 });
  const content = pipeline(packed, engine, () => undefined);
  try {
    for await (const bytes of content as AsyncIterable<Buffer>) yield bytes;
    return engine.bytesWritten;
  } catch (error) {
    throw error instanceof ArchiveDefect ? error : new ArchiveDefect(messageOf(error));
  }
}
