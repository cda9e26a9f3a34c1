import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { messageOf, TaskError } from '../../domain/errors.ts';

/** A folder only this user can read, for the time of one run. Best kept in memory, since logins go there. */
export interface PrivateFolder {
  pathOf(name: string): string;
  /** Throws TaskError `disk-full` or `io-broke`. */
  write(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

const prefix = 'crane-tasks-';

/**
 * Makes the folder in TMPDIR.
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function createPrivateFolder(parent: string = tmpdir()): Promise<PrivateFolder> {
  const root = await mkdtemp(join(parent, prefix)).catch((error: unknown) => {
    throw writeError(parent, error);
  });
  let writes = 0;
  return {
    pathOf: (name) => join(root, name),
    async write(name, text) {
      const path = join(root, name);
      writes += 1;
      try {
        await writeWhole(path, `${path}.${String(writes)}`, text);
      } catch (error) {
        throw writeError(path, error);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function writeWhole(path: string, temporary: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(temporary, 'wx', 0o600);
  await file.writeFile(text).finally(() => file.close());
  await rename(temporary, path);
}

function writeError(path: string, error: unknown): TaskError {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return new TaskError(isFull ? 'disk-full' : 'io-broke', `writing ${path}: ${messageOf(error)}`, {
    remedy: 'Let TMPDIR name a folder that is writable for this user and has room for a few kilobytes.',
    cause: error,
  });
}
