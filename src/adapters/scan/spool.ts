import { ftruncateSync, readSync, writeSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { ArchiveFile } from '../archives/archive-file.ts';

/** A file without a name that keeps one content at a time, so that it can be read at any place. */
export interface Spool {
  readonly clear: () => void;
  readonly add: (bytes: Uint8Array) => void;
  /** Valid until the next call. */
  readonly read: (position: number, length: number) => Uint8Array;
  readonly file: () => ArchiveFile;
  readonly close: () => Promise<void>;
}

/** The file is removed at once and is gone with the process. @throws Error of the file system */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, `.scan-${randomBytes(8).toString('hex')}`);
  const handle: FileHandle = await open(path, 'wx+', 0o600);
  await rm(path);
  let size = 0;
  const reader: ArchiveFile['handle'] = {
    fd: handle.fd,
    read: handle.read.bind(handle),
    // A stream of the handle would remain a listener of it: thousands of archives are read from one handle.
    createReadStream: ({ start, end = size - 1 }) => Readable.from(piecesOf(handle.fd, start, end + 1)),
  };
  return {
    clear: () => {
      ftruncateSync(handle.fd, 0);
      size = 0;
    },
    add: (bytes) => {
      for (let done = 0; done < bytes.length; ) {
        const written = writeSync(handle.fd, bytes, done, bytes.length - done, size);
        done += written;
        size += written;
      }
    },
    read: (position, length) => {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(handle.fd, bytes, 0, length, position));
    },
    file: () => ({ handle: reader, size }),
    close: () => handle.close(),
  };
}

const pieceSize = 256 * 1024;

function* piecesOf(fd: number, from: number, to: number): Generator<Buffer, void, undefined> {
  for (let at = from; at < to; ) {
    const piece = Buffer.allocUnsafe(Math.min(pieceSize, to - at));
    const read = readSync(fd, piece, 0, piece.length, at);
    if (read === 0) return;
    at += read;
    yield piece.subarray(0, read);
  }
}
