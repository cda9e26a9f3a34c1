import { lstat, readdir, unlink, link, open, rename, rm, type FileHandle } from 'node:fs/promises';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { inFolder, makeFolder, type OpenFolder } from './beneath.ts';
import { parentOf, pathOf, refuseLink, type Place } from './place.ts';
import { errnoOf } from './errno.ts';
import { readPlace } from './read-text.ts';

const fileMode = 0o600;

/** Prefix of unfinished files; a folder listing passes them over and a later run removes them. */
export const temporaryPrefix = '.tmp-';

/**
 * Writes a file whole or not at all: temp file beside it, fsync, rename, fsync of the folder. An identical file is left alone.
 * @throws TaskError `disk-full` or `io-broke`, naming the path and the bytes needed; `invalid-file` for a link
 */
export async function writeFileAtomic(place: Place, content: string | Uint8Array, mode = fileMode): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    await makeFolder(parentOf(place).folder);
    // A file of another mode is written again.
    if (mode === fileMode && (await holds(place, bytes))) return;
    await replaceFile(place, async (file) => {
      if (mode !== fileMode) await file.chmod(mode);
      await file.writeFile(bytes);
    });
  } catch (error) {
    throw writeError(pathOf(place), bytes.length, error);
  }
}

/**
 * Writes a temporary file beside a file, then puts it in its place. The folder must exist.
 * @param ifThere whether a file that is there is replaced or kept
 */
export async function replaceFile(
  place: Place,
  write: (file: FileHandle) => Promise<void>,
  ifThere: 'replaced' | 'kept' = 'replaced',
): Promise<void> {
  const { folder, name } = parentOf(place);
  refuseLink(place);
  await inFolder(folder, async (parent) => {
    const { randomBytes } = await import('node:crypto');
    const temporary = parent.at(`${temporaryPrefix}${randomBytes(8).toString('hex')}`);
    try {
      await makeFile(temporary, write);
      await (ifThere === 'replaced' ? rename(temporary, parent.at(name)) : linkUnlessThere(temporary, parent.at(name)));
      await parent.sync();
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

async function makeFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await using file = await open(path, 'wx', fileMode);
  await write(file);
  await file.sync();
}

/** Unlike a rename, a link never replaces a file. */
async function linkUnlessThere(temporary: string, path: string): Promise<void> {
  await link(temporary, path).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
  await rm(temporary);
}

/** Turns a file system error into one that names the file, its size and the remedy. */
export function writeError(path: string, size: number, error: unknown): TaskError {
  if (error instanceof TaskError) return error;
  const code = errnoOf(error);
  const message = `writing ${path} (${String(size)} bytes): ${messageOf(error)}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const remedy = 'Free space on the volume or bind a larger one, then run again: finished files are kept.';
    return new TaskError('disk-full', message, { remedy, cause: error });
  }
  const remedy = 'Check that the folder exists, is writable for this user and is not on a read-only volume.';
  return new TaskError('io-broke', message, { remedy, cause: error });
}

async function holds(place: Place, bytes: Uint8Array): Promise<boolean> {
  try {
    return Buffer.compare(await readPlace(place), bytes) === 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Names that writeFileAtomic gives; other programs have temporary files too. */
const unfinished = /^\.tmp-[0-9a-f]{16}$/;

/** A file that has not changed for so long has no writer any more. Milliseconds. */
const abandonedAfter = 60_000;

/**
 * Removes the files in a folder that killed runs did not finish. A file that cannot be looked at or removed is kept: it
 * does no harm, and whatever is wrong with the folder shows when it is written to.
 */
export async function removeUnfinished(place: Place): Promise<void> {
  await inFolder(place, remove).catch(() => undefined);
}

async function remove(folder: OpenFolder): Promise<void> {
  const entries = await readdir(folder.at('.'), { withFileTypes: true });
  const latest = Date.now() - abandonedAfter;
  for (const entry of entries) {
    if (!entry.isFile() || !unfinished.test(entry.name)) continue;
    const path = folder.at(entry.name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < latest) await unlink(path).catch(() => undefined);
  }
}
