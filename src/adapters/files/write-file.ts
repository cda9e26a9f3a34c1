import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { messageOf, TaskError } from '../../domain/errors.ts';

const folderMode = 0o700;
const fileMode = 0o600;

/** Prefix of unfinished files; a folder listing passes them over and a later run removes them. */
export const temporaryPrefix = '.tmp-';

/**
 * Writes a file whole or not at all: temp file beside it, fsync, rename, fsync of the folder. An identical file is left alone.
 * @throws TaskError `disk-full` or `io-broke`, naming the path and the bytes needed
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix}${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    if (await holds(path, bytes)) return;
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, bytes.length, error);
  }
}

/** Turns a file system error into one that names the file, its size and the remedy. */
export function writeError(path: string, size: number, error: unknown): TaskError {
  const code = errnoOf(error);
  const message = `writing ${path} (${String(size)} bytes): ${messageOf(error)}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const remedy = 'Make room on the volume or bind a larger one, then run again: finished files are kept.';
    return new TaskError('disk-full', message, { remedy, cause: error });
  }
  const remedy = 'Check that the folder exists, is writable for this user and is not on a read-only volume.';
  return new TaskError('io-broke', message, { remedy, cause: error });
}

/** The `code` of a Node system error, or empty. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return Buffer.compare(await readFile(path), bytes) === 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', fileMode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
