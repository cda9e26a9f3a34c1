import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { mapConcurrently } from '../../usecases/map-concurrently.ts';
import type { StageFolders } from '../../usecases/export/staging.ts';
import { errnoOf, temporaryPrefix, writeError } from './write-file.ts';

const folderMode = 0o700;
const fileMode = 0o600;
const syncsAtATime = 16;

// In `failures`, which every reader of an export passes over, crane's included.
const stagingPlace = `failures/${temporaryPrefix}staging`;

/**
 * Stages folders of a root. A fresh folder that is renamed at the end needs no temporary name and no rename for each
 * of its files, and what an earlier run finished stays whole until then. Files are synced in one pass before the
 * rename: the disk then takes them together, where a sync after each of 20,000 would take longer than reading them
 * from the cluster. After a kill only the staging place is left, which the next run clears.
 */
export function stagingIn(root: string): StageFolders {
  const base = resolve(root);
  const staging = join(base, stagingPlace);
  return async (folders) => {
    await attempt(staging, () => clear(staging));
    for (const folder of folders) {
      const path = join(staging, 'new', folder);
      await attempt(path, () => mkdir(path, { recursive: true, mode: folderMode }));
    }
    return {
      put: async (path, text) => {
        const target = join(staging, 'new', path);
        await writeFile(target, text, { mode: fileMode }).catch((error: unknown) => {
          throw writeError(join(base, path), Buffer.byteLength(text), error);
        });
      },
      remove: (path) => attempt(path, () => rm(join(staging, 'new', path), { force: true })),
      publish: async () => {
        for (const folder of folders) await attempt(folder, () => syncFiles(join(staging, 'new', folder)));
        for (const folder of folders) await attempt(folder, () => swap({ base, staging, folder }));
        await attempt(staging, () => clear(staging));
      },
      // The run has failed already, and its own error matters more: the next run clears what cannot be cleared now.
      discard: () => clear(staging).catch(() => undefined),
    };
  };
}

async function clear(staging: string): Promise<void> {
  await rm(staging, { recursive: true, force: true });
}

async function syncFiles(folder: string): Promise<void> {
  await mapConcurrently(await readdir(folder), syncsAtATime, (name) => sync(join(folder, name)));
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function swap({ base, staging, folder }: { base: string; staging: string; folder: string }): Promise<void> {
  const target = join(base, folder);
  const retired = join(staging, 'old', folder);
  await mkdir(dirname(target), { recursive: true, mode: folderMode });
  await mkdir(dirname(retired), { recursive: true, mode: folderMode });
  await rename(target, retired).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  await rename(join(staging, 'new', folder), target);
  await sync(dirname(target));
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  return action().catch((error: unknown) => {
    throw writeError(path, 0, error);
  });
}
