import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { TaskError } from '../../domain/core/errors.ts';
import type { BlobContent } from '../../domain/source/blob-store.ts';
import type { SourceEntry } from '../../domain/source/source-list.ts';
import { openBeneath } from '../files/beneath.ts';
import { rootAt, type Root } from '../files/place.ts';
import { formatTarEntry } from './tar-entry.ts';
import { blockSize, paddingAfter } from './tar-header.ts';

const pieceSize = 256 * 1024;

/**
 * A source as a tar archive that is never in memory or on a disk: each reading packs the files again, and the same files
 * give the same bytes. The first reading finds size and checksum. A piece is valid until the next one is read.
 * @throws TaskError `incomplete` when a file changes while it is read
 */
export async function packSource(folder: string, entries: readonly SourceEntry[]): Promise<BlobContent> {
  return measure(() => packEntries(rootAt(folder, 'refused'), entries));
}

/** An archive that exists already, as it is. */
export async function openArchiveContent(folder: string, path: string): Promise<BlobContent> {
  return measure(() => readArchive(rootAt(folder, 'refused'), path));
}

async function measure(open: () => AsyncIterable<Uint8Array>): Promise<BlobContent> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of open()) {
    hash.update(bytes);
    size += bytes.length;
  }
  return { size, sha256: hash.digest('hex'), open };
}

async function* readArchive(root: Root, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await openBeneath({ root, path }, constants.O_RDONLY);
  yield* readPieces(handle, Buffer.allocUnsafeSlow(pieceSize));
}

async function* packEntries(root: Root, entries: readonly SourceEntry[]): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(pieceSize);
  for (const entry of entries) {
    yield headerOf(entry);
    if (entry.size > 0) yield* packFile(root, entry, buffer);
  }
  yield Buffer.alloc(2 * blockSize);
}

const types = { file: '0', symlink: '2', folder: '5' } as const;

function headerOf({ path, kind, size, mode, modified, target }: SourceEntry): Buffer {
  // The same for every user who packs the files.
  const owner = { uid: 0, gid: 0, attributes: new Map() };
  return formatTarEntry({
    ...owner,
    name: path,
    type: types[kind],
    size,
    link: target,
    mode,
    modified: String(modified),
  });
}

async function* packFile(
  root: Root,
  { path, size }: SourceEntry,
  buffer: Buffer,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await openBeneath({ root, path }, constants.O_RDONLY);
  let done = 0;
  for await (const bytes of readPieces(handle, buffer)) {
    done += bytes.length;
    if (done > size) break;
    yield bytes;
  }
  if (done !== size) throw changed(path);
  yield Buffer.alloc(paddingAfter(size));
}

/** The content of a file, each piece in the memory of the one before it: garbage of this size is collected too late. */
async function* readPieces(handle: FileHandle, buffer: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const { bytesRead } = await handle.read(buffer);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function changed(path: string): TaskError {
  return new TaskError('incomplete', `packing ${path}: the file changed while it was read`, {
    remedy: 'Run again when no program changes the files.',
  });
}
