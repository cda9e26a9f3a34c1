import { constants, type Dirent } from 'node:fs';
import { opendir, unlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Folder } from '../../domain/core/ports.ts';
import { inFolder, openBeneath, openFolderAt } from './beneath.ts';
import { parentOf, pathOf, rootAt, type Place } from './place.ts';
import { errnoOf } from './errno.ts';
import { createReader } from './read-text.ts';
import { openLines } from './read-lines.ts';
import { publicMode } from './shared-files.ts';
import { removeUnfinished, temporaryPrefix, writeError, writeFileAtomic } from './write-file.ts';
import { writePartsAtomic } from './write-parts.ts';

/**
 * A folder of the local file system that programs write. It need not exist before the first write. Symbolic links below
 * it are refused: other users of the volume could let them lead anywhere.
 */
export function openFolder(path: string): Folder {
  return folderAt({ root: rootAt(path, 'refused'), path: '' }, new Set());
}

/** A folder of files that programs of other users read, as Tekton reads results. It must exist. */
export function openPublicFolder(path: string): Folder {
  return folderAt({ root: rootAt(path, 'refused'), path: '' }, new Set(), publicMode);
}

/**
 * A folder that programs only read and that may be a mounted ConfigMap or Secret, which consists of links: they are
 * followed within the folder.
 */
export function openInputFolder(path: string): Folder {
  return folderAt({ root: rootAt(path, 'within'), path: '' }, new Set());
}

/** The folder of a workspace that need not be bound. */
export function openIfGiven(path: string | undefined, open = openFolder): Folder | undefined {
  return path === undefined ? undefined : open(path);
}

/** Entries of a folder that are read together. */
const entriesAtOnce = 1024;

/** @param tidied folders that were searched for the leftovers of killed runs */
function folderAt(place: Place, tidied: Set<string>, mode?: number): Folder {
  const readText = createReader();
  async function tidyOnce(folder: Place): Promise<void> {
    if (tidied.has(folder.path)) return;
    tidied.add(folder.path);
    await removeUnfinished(folder);
  }
  return {
    path: pathOf(place),
    read: (file) => readIfThere(inside(place, file), readText),
    readLines: (file) => readIfThere(inside(place, file), openLines),
    write: async (file, text) => {
      const target = inside(place, file);
      await tidyOnce(parentOf(target).folder);
      await writeFileAtomic(target, text, mode);
    },
    writeParts: (file, parts) => writePartsAtomic(inside(place, file), parts),
    remove: (file) => removeFile(inside(place, file)),
    list: async () => {
      const files: string[] = [];
      for await (const file of walkFiles(place, '')) files.push(file);
      return files.sort();
    },
    walk: () => walkFiles(place, ''),
    folder: (file) => folderAt(inside(place, file), tidied, mode),
  };
}

function inside({ root, path: below }: Place, path: string): Place {
  const clean = posix.normalize(path);
  if (clean.startsWith('../') || clean === '..' || posix.isAbsolute(clean) || clean.includes('\0')) {
    throw new TaskError('invalid-file', `opening ${JSON.stringify(path)}: the path leaves ${join(root.path, below)}`, {
      remedy: 'Remove the file or entry that names this path.',
    });
  }
  const joined = posix.join(below, clean);
  return { root, path: joined === '.' ? '' : joined.replace(/\/$/, '') };
}

async function readIfThere<T>(place: Place, read: (place: Place) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(place);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw readError(place, error);
  }
}

async function removeFile(place: Place): Promise<void> {
  const { folder, name } = parentOf(place);
  try {
    await inFolder(folder, (parent) => unlink(parent.at(name)));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw writeError(pathOf(place), 0, error);
  }
}

async function* walkFiles(place: Place, below: string): AsyncGenerator<string, void, undefined> {
  for await (const entry of entriesOf(inside(place, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const type = entry.isSymbolicLink() ? await typeBehind(inside(place, path), below === '') : typeOf(entry);
    // The kubelet keeps the files of a mounted ConfigMap in `..data`, and links to them by their names.
    const isOwn = place.root.links === 'within' && entry.name.startsWith('..');
    if (isOwn || type === 'nothing') continue;
    if (type === 'folder') yield* walkFiles(place, path);
    else if (!entry.name.startsWith(temporaryPrefix)) yield path;
  }
}

async function* entriesOf(place: Place): AsyncGenerator<Dirent, void, undefined> {
  let folder: Awaited<ReturnType<typeof openFolderAt>> | undefined;
  try {
    folder = await openFolderAt(place);
    yield* await opendir(folder.at('.'), { bufferSize: entriesAtOnce });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw readError(place, error);
  } finally {
    await folder?.close();
  }
}

/** `file` includes links that are not followed, FIFOs and devices: reading one is an error, leaving it out would hide it. */
type FileType = 'file' | 'folder' | 'nothing';

function typeOf(found: { isDirectory(): boolean }): FileType {
  return found.isDirectory() ? 'folder' : 'file';
}

/** Links to folders count only at the top, where the kubelet makes them: deeper ones could lead round in circles. */
async function typeBehind(place: Place, isTop: boolean): Promise<FileType> {
  if (place.root.links === 'refused') return 'file';
  try {
    const handle = await openBeneath(place, constants.O_RDONLY);
    const type = typeOf(await handle.stat().finally(() => handle.close()));
    return type === 'folder' && !isTop ? 'nothing' : type;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'nothing';
    throw readError(place, error);
  }
}

function readError(place: Place, error: unknown): TaskError {
  if (error instanceof TaskError) return error;
  return new TaskError('io-broke', `reading ${pathOf(place)}: ${messageOf(error)}`, {
    remedy: 'Check that the file is readable for this user.',
    cause: error,
  });
}
