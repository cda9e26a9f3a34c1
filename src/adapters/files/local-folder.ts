import { readdir, rm } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';

import { messageOf, TaskError } from '../../domain/errors.ts';
import type { Folder } from '../../usecases/ports.ts';
import { createReader } from './read-text.ts';
import { removeUnfinished } from './remove-unfinished.ts';
import { errnoOf, temporaryPrefix, writeFileAtomic } from './write-file.ts';

/** A folder of the local file system. It need not exist before the first write. */
export function openFolder(path: string): Folder {
  return folderAt(path, new Set());
}

/** @param tidied folders whose leftovers of killed runs were looked for already */
function folderAt(path: string, tidied: Set<string>): Folder {
  const root = resolve(path);
  const readText = createReader();
  async function tidyOnce(folder: string): Promise<void> {
    if (tidied.has(folder)) return;
    tidied.add(folder);
    await removeUnfinished(folder);
  }
  return {
    path: root,
    read: (file) => readIfThere(inside(root, file), readText),
    write: async (file, text) => {
      const target = inside(root, file);
      await tidyOnce(dirname(target));
      await writeFileAtomic(target, text);
    },
    remove: (file) => rm(inside(root, file), { force: true }),
    list: () => listFiles(root),
    folder: (file) => folderAt(inside(root, file), tidied),
  };
}

function inside(root: string, path: string): string {
  const clean = posix.normalize(path);
  if (clean.startsWith('../') || clean === '..' || posix.isAbsolute(clean) || clean.includes('\0')) {
    throw new TaskError('invalid-file', `opening ${JSON.stringify(path)}: the path leaves ${root}`, {
      remedy: 'Remove the file or entry that names this path.',
    });
  }
  return join(root, clean);
}

async function readIfThere(path: string, readText: (path: string) => Promise<string>): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw readError(path, error);
  }
}

async function listFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  await collect(root, '', files);
  return files.sort();
}

// Symbolic links are neither followed nor listed: a workspace is shared with steps that are not ours.
async function collect(root: string, below: string, files: string[]): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readError(join(root, below), error);
  });
  for (const entry of entries) {
    const path = posix.join(below, entry.name);
    if (entry.isDirectory()) await collect(root, path, files);
    else if (entry.isFile() && !entry.name.startsWith(temporaryPrefix)) files.push(path);
  }
}

function readError(path: string, error: unknown): TaskError {
  return new TaskError('io-broke', `reading ${path}: ${messageOf(error)}`, {
    remedy: 'Check that the file is readable for this user.',
    cause: error,
  });
}
