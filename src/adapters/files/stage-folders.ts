import { writeFile, writeFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { StageFolders } from '../../usecases/export/staging.ts';
import { errnoOf, temporaryPrefix, writeError } from './write-file.ts';

const folderMode = 0o700;
const fileMode = 0o600;
const slowMilliseconds = 0.5;
/** The first files tell little about the speed of a volume. */
const patientFiles = 20;

// Without a FileHandle object each, which costs more than all else for 20,000 small files.
const writeWhole = promisify(writeFile);

// In `failures`, which every reader of an export passes over, crane's included.
const exportPlace = 'failures';

/**
 * Stages folders of a root. A fresh folder that is renamed at the end needs no temporary name and no rename for each
 * of its files, and what an earlier run finished stays whole until then. After a kill only the staging place is left,
 * which the next run clears.
 *
 * Files are not synced one by one: for 20,000 small ones that takes longer than reading them from the cluster. After a
 * loss of power some may therefore be missing or short; the digests of an index, written and synced after them, tell.
 * @param place folder of the root that readers pass over, for what is not finished
 */
export function stagingIn(root: string, place: string = exportPlace): StageFolders {
  const base = resolve(root);
  const staging = join(base, place, `${temporaryPrefix}staging`);
  return async (folders) => {
    const write = createWriter();
    await attempt(staging, () => clear(staging));
    for (const folder of folders) {
      const path = join(staging, 'new', folder);
      await attempt(path, () => mkdir(path, { recursive: true, mode: folderMode }));
    }
    return {
      put: async (path, text) => {
        const target = join(staging, 'new', path);
        const isStaged = folders.some((folder) => path.startsWith(`${folder}/`));
        try {
          await write(target, text).catch(async (error: unknown) => {
            if (errnoOf(error) !== 'ENOENT' || !isStaged) throw error;
            await mkdir(dirname(target), { recursive: true, mode: folderMode });
            await write(target, text);
          });
        } catch (error) {
          throw writeError(join(base, path), Buffer.byteLength(text), error);
        }
      },
      keep: (path) =>
        attempt(path, async () => {
          const target = join(staging, 'new', path);
          await mkdir(dirname(target), { recursive: true, mode: folderMode });
          await copyFile(join(base, path), target);
        }),
      remove: (path) => attempt(path, () => rm(join(staging, 'new', path), { force: true })),
      publish: async () => {
        for (const folder of folders) await attempt(folder, () => swap({ base, staging, folder }));
        await attempt(staging, () => clear(staging));
      },
      // The run has failed already, and its own error matters more: the next run clears what cannot be cleared now.
      discard: () => clear(staging).catch(() => undefined),
    };
  };
}

/**
 * A disk takes a small file in some 30 microseconds, a third of what the way through the thread pool costs; a volume
 * across the network takes milliseconds, in which the rest of the program must go on. The time tells which it is.
 */
function createWriter(): (path: string, text: string) => Promise<void> {
  let files = 0;
  let spent = 0;
  return async (path, text) => {
    if (files > patientFiles && spent / files > slowMilliseconds) return writeWhole(path, text, { mode: fileMode });
    const started = performance.now();
    writeFileSync(path, text, { mode: fileMode });
    files += 1;
    spent += performance.now() - started;
  };
}

async function clear(staging: string): Promise<void> {
  await rm(staging, { recursive: true, force: true });
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
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  return action().catch((error: unknown) => {
    throw writeError(path, 0, error);
  });
}
