import { close, closeSync, constants, open, openSync, writeFile, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { StageFolders } from '../../domain/core/ports.ts';
import { inFolder, makeFolder, openFolderAt, removeTree } from './beneath.ts';
import { parentOf, pathOf, refuseLink, rootAt, type Place, type Root } from './place.ts';
import { errnoOf } from './errno.ts';
import { readPlace } from './read-text.ts';
import { temporaryPrefix, writeError } from './write-file.ts';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
const fileMode = 0o600;
const writing = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;
const slowMilliseconds = 0.5;
/** What a single file counts at most: on a busy computer a fast disk may wait for the processor. */
const longestMilliseconds = 2;
/** Between pauses that let the rest of the program continue, signals included. */
const filesInARow = 16;
/** The first files say little about the speed of a volume. */
const patientFiles = 20;

// Without a FileHandle object each, which costs more than all else for 20,000 small files.
const [openFile, writeWhole, closeFile] = [promisify(open), promisify(writeFile), promisify(close)];

// In `failures`, which every reader of an export skips, crane's included.
const exportPlace = 'failures';

/**
 * Stages folders of a root. A fresh folder that is renamed at the end needs no temporary name and no rename for each of
 * its files, and what an earlier run finished remains whole until then. After a kill only the staging place is left,
 * which the next run clears.
 *
 * Files are not synced one by one: for 20,000 small ones that takes longer than reading them from the cluster. After a
 * loss of power some may therefore be missing or short; the digests of an index, written and synced after them, show
 * it.
 *
 * @param place folder of the root that readers skip, for what is not finished
 */
export function stagingIn(path: string, place: string = exportPlace): StageFolders {
  const root = rootAt(path, 'refused');
  const staging = `${place}/${temporaryPrefix}staging`;
  const at = (below: string): Place => ({ root, path: below });
  const staged = (below: string): Place => at(`${staging}/new/${below}`);
  return async (folders) => {
    const writer = createStagedWriter();
    const end = (): Promise<void> => writer.close().then(() => removeTree(at(staging)));
    await attempt(root, staging, () => removeTree(at(staging)));
    for (const folder of folders) await attempt(root, folder, () => makeFolder(staged(folder)));
    return {
      put: async (below, text) => {
        const isStaged = folders.some((folder) => below.startsWith(`${folder}/`));
        try {
          await writer.put(staged(below), text).catch(async (error: unknown) => {
            if (errnoOf(error) !== 'ENOENT' || !isStaged) throw error;
            await makeFolder(parentOf(staged(below)).folder);
            await writer.put(staged(below), text);
          });
        } catch (error) {
          throw writeError(pathOf(at(below)), Buffer.byteLength(text), error);
        }
      },
      keep: (below) =>
        attempt(root, below, async () => {
          const bytes = await readPlace(at(below));
          await makeFolder(parentOf(staged(below)).folder);
          await writer.put(staged(below), bytes);
        }),
      remove: (below) => attempt(root, below, () => removeTree(staged(below))),
      publish: async () => {
        for (const folder of folders) {
          await attempt(root, folder, () =>
            swap({ target: at(folder), fresh: staged(folder), retired: at(`${staging}/old/${folder}`) }),
          );
        }
        await attempt(root, staging, end);
      },
      // The run has failed already, and its own error matters more: the next run clears what cannot be cleared now.
      discard: () => end().catch(() => undefined),
    };
  };
}

/** Keeps the few folders open that thousands of files are written into: what is renamed meanwhile does not matter. */
function createStagedWriter() {
  const write = createWriter();
  const folders = new Map<string, ReturnType<typeof openFolderAt>>();
  function open(place: Place): ReturnType<typeof openFolderAt> {
    const known = folders.get(place.path);
    if (known !== undefined) return known;
    const opening = openFolderAt(place);
    folders.set(place.path, opening);
    opening.catch(() => folders.delete(place.path));
    return opening;
  }
  return {
    put: async (place: Place, content: string | Uint8Array): Promise<void> => {
      const { folder, name } = parentOf(place);
      await write((await open(folder)).at(name), content);
    },
    close: async (): Promise<void> => {
      const opened = await Promise.allSettled(folders.values());
      folders.clear();
      for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
    },
  };
}

/**
 * A disk takes a small file in some 30 microseconds, a third of what the way through the thread pool costs; a volume
 * across the network takes milliseconds, in which the rest of the program must continue. The measured time decides.
 */
function createWriter(): (path: string, content: string | Uint8Array) => Promise<void> {
  let files = 0;
  let spent = 0;
  return async (path, content) => {
    if (files > patientFiles && spent / files > slowMilliseconds) {
      const slow = await openFile(path, writing, fileMode);
      return writeWhole(slow, content).finally(() => closeFile(slow));
    }
    if (files % filesInARow === filesInARow - 1) await setImmediate();
    const started = performance.now();
    const descriptor = openSync(path, writing, fileMode);
    try {
      writeFileSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    files += 1;
    spent += Math.min(performance.now() - started, longestMilliseconds);
  };
}

/** Puts a fresh folder in the place of another, which is kept at `retired`. */
export async function swap({
  target,
  fresh,
  retired,
}: Readonly<Record<'target' | 'fresh' | 'retired', Place>>): Promise<void> {
  refuseLink(target);
  await makeFolder(parentOf(target).folder);
  await makeFolder(parentOf(retired).folder);
  await move(target, retired).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  await move(fresh, target);
}

async function move(from: Place, to: Place): Promise<void> {
  const [source, destination] = [parentOf(from), parentOf(to)];
  await inFolder(source.folder, (one) =>
    inFolder(destination.folder, (other) => rename(one.at(source.name), other.at(destination.name))),
  );
}

async function attempt<T>(root: Root, path: string, action: () => Promise<T>): Promise<T> {
  return action().catch((error: unknown) => {
    throw writeError(pathOf({ root, path }), 0, error);
  });
}
