import { ftruncateSync, readSync, writeSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

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
    file: () => ({ handle, size }),
    close: () => handle.close(),
  };
}
