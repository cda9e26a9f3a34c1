import { closeSync, constants, existsSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, open, readdir, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import { errnoOf } from './errno.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const folderMode = 0o700;
const mostTries = 5;

/** Paths below an open file descriptor lead where the descriptor does, whatever is renamed meanwhile. Linux only. */
const descriptors = '/proc/self/fd';

/**
 * A folder that the user or Tekton gave. Its own path may have symbolic links. Below it, other users of the volume could
 * place links that lead anywhere.
 */
export interface Root {
  /** Absolute. */
  readonly path: string;
  /**
   * `refused`: no path below has a link. `within`: links are followed, but not out of the folder; mounted ConfigMaps
   * and Secrets consist of such links.
   */
  readonly links: 'refused' | 'within';
  /** False where the system has no /proc/self/fd: paths are then checked before they are used, not after. */
  readonly hasDescriptors: boolean;
  /** The path without links, once it was read. */
  readonly known: { real: string | undefined };
}

/** A place in a folder; `path` is relative, normalized, and empty for the folder itself. */
export interface Place {
  readonly root: Root;
  readonly path: string;
}

/** A folder that is open. */
export interface OpenFolder {
  /** Path of a member that leads into this very folder. */
  at(name: string): string;
  /** Writes the folder's own changes to the disk. */
  sync(): Promise<void>;
}

/** @param hasDescriptors for tests */
export function rootAt(path: string, links: Root['links'], hasDescriptors = existsSync(descriptors)): Root {
  return { path: resolve(path), links, hasDescriptors, known: { real: undefined } };
}

/** The absolute path of a place, for messages. */
export function pathOf({ root, path }: Place): string {
  return join(root.path, path);
}

/** The folder that a place is in, and its name there. */
export function parentOf({ root, path }: Place): { readonly folder: Place; readonly name: string } {
  const folder = posix.dirname(path);
  return { folder: { root, path: folder === '.' ? '' : folder }, name: posix.basename(path) };
}

/**
 * Opens a file or folder without waiting for the other end of a pipe.
 * @throws TaskError `invalid-file` for a symbolic link, or one that leads out of the folder; the system's error
 */
export async function openBeneath(place: Place, flags: number): Promise<FileHandle> {
  for (let tries = 1; ; tries += 1) {
    checkPath(place);
    const handle = await open(pathOf(place), flagsFor(place, flags)).catch((error: unknown) => {
      throw explain(place, error);
    });
    if (isThere(handle.fd, place)) return handle;
    await handle.close();
    refuse(place, tries);
  }
}

/** As openBeneath, for callers that cannot afford the way through the thread pool. The caller closes the descriptor. */
export function openBeneathSync(place: Place, flags: number): number {
  for (let tries = 1; ; tries += 1) {
    checkPath(place);
    let descriptor: number;
    try {
      descriptor = openSync(pathOf(place), flagsFor(place, flags));
    } catch (error) {
      throw explain(place, error);
    }
    if (isThere(descriptor, place)) return descriptor;
    closeSync(descriptor);
    refuse(place, tries);
  }
}

/** Keeps a folder open. The caller closes it. */
export async function openFolderAt(place: Place): Promise<OpenFolder & { readonly close: () => Promise<void> }> {
  const handle = await openBeneath(place, O_RDONLY | O_DIRECTORY);
  return {
    at: (name) => join(insideOf(handle, pathOf(place), place.root), name),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

/** Does something in a folder that is open for so long. */
export async function inFolder<T>(place: Place, use: (folder: OpenFolder) => Promise<T>): Promise<T> {
  const folder = await openFolderAt(place);
  try {
    return await use(folder);
  } finally {
    await folder.close();
  }
}

/** Creates a folder and those that it is in, unless they are there. */
export async function makeFolder(place: Place): Promise<void> {
  try {
    await inFolder(place, () => Promise.resolve());
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    if (place.path === '') {
      await mkdir(place.root.path, { recursive: true, mode: folderMode });
      return;
    }
    const { folder, name } = parentOf(place);
    await makeFolder(folder);
    await inFolder(folder, (parent) => mkdir(parent.at(name), { mode: folderMode })).catch((cause: unknown) => {
      if (errnoOf(cause) !== 'EEXIST') throw cause;
    });
    await inFolder(place, () => Promise.resolve());
  }
}

/** Removes a file, a link or a folder with all in it, and nothing that a link leads to. */
export async function removeTree(place: Place): Promise<void> {
  const { folder, name } = parentOf(place);
  try {
    await inFolder(folder, (parent) => removeAt(parent.at(name), place.root));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

async function removeAt(path: string, root: Root): Promise<void> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOTDIR' || errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  });
  if (handle === undefined) return unlink(path);
  try {
    const inside = insideOf(handle, path, root);
    for (const entry of await readdir(inside, { withFileTypes: true })) {
      const member = join(inside, entry.name);
      await (entry.isDirectory() ? removeAt(member, root) : unlink(member));
    }
  } finally {
    await handle.close();
  }
  await rmdir(path);
}

function insideOf({ fd }: FileHandle, path: string, { hasDescriptors }: Root): string {
  return hasDescriptors ? join(descriptors, String(fd)) : path;
}

function flagsFor({ root, path }: Place, flags: number): number {
  return flags | O_NONBLOCK | (path === '' || root.links === 'within' ? 0 : O_NOFOLLOW);
}

/** Whether an open file is at the place, without links on the way: the kernel knows the path of each descriptor. */
function isThere(descriptor: number, { root, path }: Place): boolean {
  if (!root.hasDescriptors) return true;
  root.known.real ??= realpathSync(root.path);
  return isAllowed(readlinkSync(join(descriptors, String(descriptor))), { root, path }, root.known.real);
}

function isAllowed(actual: string, { root, path }: Place, real: string): boolean {
  if (root.links === 'refused') return actual === join(real, path);
  return actual === real || actual.startsWith(join(real, '/'));
}

function checkPath(place: Place): void {
  if (place.root.hasDescriptors) return;
  if (place.root.links === 'refused') refuseLink(place);
  else if (existsSync(pathOf(place)) && !isAllowed(realpathSync(pathOf(place)), place, realpathSync(place.root.path)))
    throw linkRefused(pathOf(place), 'it is a symbolic link out of the folder');
}

/** Why a file was not where it was opened: a link, or something renamed it meanwhile. */
function refuse(place: Place, tries: number): void {
  place.root.known.real = undefined;
  if (place.root.links === 'refused') refuseLink(place);
  else if (tries === mostTries) throw linkRefused(pathOf(place), 'it is a symbolic link out of the folder');
  if (tries === mostTries) throw linkRefused(pathOf(place), 'it is replaced all the time');
}

function explain(place: Place, error: unknown): unknown {
  if (errnoOf(error) === 'ENXIO') return notRegular(pathOf(place), 'a socket or a device');
  if (place.root.links === 'within' || !['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error))) return error;
  try {
    refuseLink(place);
    return error;
  } catch (refusal) {
    return refusal;
  }
}

/** @throws TaskError `invalid-file` for the first link on the way */
export function refuseLink({ root, path }: Place): void {
  let current = root.path;
  for (const step of path === '' ? [] : path.split('/')) {
    current = join(current, step);
    const found = lstatSync(current, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (found.isSymbolicLink()) throw linkRefused(current, 'it is a symbolic link');
    if (!found.isDirectory()) return;
  }
}

/** The error for a path that has something else than a file or folder. */
export function notRegular(path: string, found: string): TaskError {
  return new TaskError('invalid-file', `opening ${path}: expected a regular file, got ${found}`, {
    remedy: 'Check who can write to this volume. Replace or remove this file, then run again.',
  });
}

function linkRefused(path: string, why: string): TaskError {
  return new TaskError('invalid-file', `opening ${path}: ${why}, and those are not followed in a workspace`, {
    remedy: 'Check who can write to this volume. Replace the link by a file or a folder, then run again.',
  });
}
