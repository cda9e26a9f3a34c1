import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { sha256Of } from '../files/digest.ts';
import { errnoOf } from '../files/errno.ts';

export interface PluginSearch {
  /** Absolute paths, the more important first. One that does not exist holds no plugins. */
  readonly folders: readonly string[];
  /** Folders that others write into: no plugin may be in them. */
  readonly workspaces: readonly string[];
  /** `sha256:<hex>` of the programs that may run; empty: all that are found. */
  readonly digests: readonly string[];
}

/**
 * Paths of the programs in some folders and below, in their order and sorted by name: each regular file with any
 * execute bit, as crane has it. Links are not followed.
 * @throws TaskError `invalid-param` for a folder in a workspace, `invalid-file` for a program that may not run
 */
export async function findPlugins({ folders, workspaces, digests }: PluginSearch): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    await assertApart(folder, workspaces);
    found.push(...(await programsBelow(folder)));
  }
  if (digests.length > 0) for (const path of found) await assertListed(path, digests);
  return found;
}

// A user who may write into a workspace could plant a program there that this task would run.
async function assertApart(folder: string, workspaces: readonly string[]): Promise<void> {
  if (!isAbsolute(folder)) throw refuse(folder, 'expected an absolute path');
  const place = await realPath(folder);
  for (const workspace of workspaces) {
    const other = await realPath(workspace);
    if (isWithin(place, other) || isWithin(other, place)) throw refuse(folder, `it is in the workspace ${workspace}`);
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function programsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  });
  const programs: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) programs.push(...(await programsBelow(path)));
    else if (entry.isFile() && ((await orUnreadable(path, lstat(path))).mode & 0o111) !== 0) programs.push(path);
  }
  return programs;
}

async function assertListed(path: string, digests: readonly string[]): Promise<void> {
  const digest = sha256Of(await orUnreadable(path, readFile(path)));
  if (digests.includes(digest)) return;
  throw new TaskError('invalid-file', `looking for plugins: ${path} (${digest}) is not among plugin-digests`, {
    remedy: 'Add its digest to plugin-digests when it is the one you mean, or remove it.',
  });
}

async function orUnreadable<T>(path: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

function refuse(folder: string, why: string): TaskError {
  return new TaskError('invalid-param', `looking for plugins in ${JSON.stringify(folder)}: ${why}`, {
    remedy: 'Name a folder of the image, or one that only you can write into.',
  });
}

function unreadable(path: string, error: unknown): TaskError {
  return new TaskError('io-broke', `looking for plugins: reading ${path}: ${messageOf(error)}`, {
    remedy: 'Make it readable for this user, or name another folder.',
    cause: error,
  });
}
