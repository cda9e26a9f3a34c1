import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { pack, type Header, type Pack } from 'tar-stream';

import { TaskError } from '../../domain/core/errors.ts';
import type { BlobContent } from '../../domain/source/blob-store.ts';
import type { SourceEntry } from '../../domain/source/source-list.ts';
import { openBeneath } from '../files/beneath.ts';
import { rootAt, type Root } from '../files/place.ts';

const fileBuffer = 256 * 1024;
const empty = Buffer.alloc(0);

/**
 * A source as a tar archive that is never in memory or on a disk: each reading packs the files again, and the same files
 * give the same bytes. The first reading finds size and checksum.
 * @throws TaskError `incomplete` when a file changes while it is read
 */
export async function packSource(folder: string, entries: readonly SourceEntry[]): Promise<BlobContent> {
  return measure(() => packEntries(rootAt(folder, 'refused'), entries));
}

/** An archive that exists already, as it is. */
export async function openArchiveContent(folder: string, path: string): Promise<BlobContent> {
  return measure(() => readFile(rootAt(folder, 'refused'), path));
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

async function* readFile(root: Root, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  await using handle = await openBeneath({ root, path }, constants.O_RDONLY);
  const stream = handle.createReadStream({ autoClose: false, highWaterMark: fileBuffer });
  for await (const bytes of stream as AsyncIterable<Uint8Array>) yield bytes;
}

async function* packEntries(root: Root, entries: readonly SourceEntry[]): AsyncGenerator<Uint8Array, void, undefined> {
  const archive = pack();
  const filling = fill(archive, root, entries).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // The types lack that the stream is read as any other.
  for await (const bytes of archive as unknown as AsyncIterable<Uint8Array>) yield bytes;
  await filling;
}

async function fill(archive: Pack, root: Root, entries: readonly SourceEntry[]): Promise<void> {
  for (const entry of entries) {
    const header = headerOf(entry);
    if (entry.kind === 'file' && entry.size > 0) await packFile(archive, root, { entry, header });
    else
      await new Promise<void>((resolve, reject) => {
        // Without a content, the entry of an empty file waits for one.
        archive.entry(header, empty, (error) => (error ? reject(error) : resolve()));
      });
  }
  archive.finalize();
}

function headerOf({ path, kind, size, mode, modified, target }: SourceEntry): Header {
  const type = kind === 'folder' ? 'directory' : kind;
  // The same for every user who packs the files.
  const owner = { uid: 0, gid: 0, uname: '', gname: '', devmajor: 0, devminor: 0 };
  const header: Header = { linkname: target, name: path, type, size, mode, mtime: new Date(modified * 1000), ...owner };
  return header;
}

async function packFile(
  archive: Pack,
  root: Root,
  { entry, header }: { readonly entry: SourceEntry; readonly header: Header },
): Promise<void> {
  await using handle = await openBeneath({ root, path: entry.path }, constants.O_RDONLY);
  if ((await handle.stat()).size !== entry.size) throw changed(entry.path);
  const reading = handle.createReadStream({
    autoClose: false,
    start: 0,
    end: entry.size - 1,
    highWaterMark: fileBuffer,
  });
  // tar-stream checks that the file has the size of its header.
  await pipeline(reading, archive.entry(header)).catch((error: unknown) => {
    if (error instanceof Error && error.message === 'Size mismatch') throw changed(entry.path);
    throw error;
  });
}

function changed(path: string): TaskError {
  return new TaskError('incomplete', `packing ${path}: the file changed while it was read`, {
    remedy: 'Run again when no program changes the files.',
  });
}
