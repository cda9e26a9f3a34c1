import {
  descriptors,
  linkRefused,
  notRegular,
  parentOf,
  pathOf,
  refuseLink,
  rootAt,
  type Place,
  type Root,
} from './place.ts';
import { closeSync, constants, existsSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { mkdir, open, readdir, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { errnoOf } from './errno.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const folderMode = 0o700;
const mostTries = 5;

export interface OpenFolder {
  /** Path of a member that leads into this very folder. */
  at(name: string): string;
  /** Writes the folder's own changes to the disk. */
  sync(): Promise<void>;
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
  const inside = insideOf(handle, pathOf(place), place.root);
  return {
    // Not joined: thousands of files are written so.
    at: (name) => `${inside}/${name}`,
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

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
  const { real } = root.known;
  const actual = readlinkSync(`${descriptors}/${String(descriptor)}`);
  // Thousands of files are opened so: a path that is normal already need not be joined.
  return actual === `${real}/${path}` || isAllowed(actual, { root, path }, real);
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

/** Removes a file or folder of a folder, as removeTree does. */
export function removePath(folder: string, path: string): Promise<void> {
  return removeTree({ root: rootAt(folder, 'refused'), path });
}
