import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { TaskError } from '../../domain/core/errors.ts';
import type { StagedFiles } from '../../domain/core/ports.ts';
import { inFolder, makeFolder, openBeneath, removeTree } from './beneath.ts';
import { errnoOf } from './errno.ts';
import { whileLocked } from './lock-file.ts';
import { pathOf, rootAt, type Place, type Root } from './place.ts';
import { replaceFile, temporaryPrefix, writeError } from './write-file.ts';

const staged = new RegExp(`^\\${temporaryPrefix}files-[0-9a-f]{16}$`);
/** Holds `<folder>/<files>` that are complete and only need to be moved. */
const committed = `${temporaryPrefix}files-ready`;
const lockName = `${temporaryPrefix}files`;
/** Staged files that nothing was written to for so long have no writer any more. Milliseconds. */
const abandonedAfter = 3_600_000;

/**
 * Stages files for a folder of a workspace, after completing or removing what killed runs left there.
 * @param folder name of the folder in the workspace
 */
export async function stageFiles(workspace: string, folder: string): Promise<StagedFiles> {
  const root = rootAt(workspace, 'refused');
  const own = `${temporaryPrefix}files-${randomBytes(8).toString('hex')}`;
  const at = (path: string): Place => ({ root, path });
  const inside = (name: string): Place => at(`${own}/${folder}/${name}`);
  await attempt(root, async () => {
    await makeFolder(at(''));
    await locked(root, () => finish(root));
    await removeAbandoned(root);
    await makeFolder(at(`${own}/${folder}`));
  });
  return {
    pathOf: (name) => pathOf(inside(name)),
    write: (name, content) =>
      replaceFile(inside(name), (file) => file.writeFile(content)).catch((error: unknown) => {
        throw writeError(pathOf(at(`${folder}/${name}`)), content.length, error);
      }),
    publish: (names) =>
      attempt(root, async () => {
        for (const name of names) await sync(inside(name));
        await locked(root, async () => {
          await finish(root);
          await checkTargets(root, folder, names);
          await inFolder(at(''), async (open) => {
            await rename(open.at(own), open.at(committed));
            await open.sync();
          });
          await finish(root);
        });
      }),
    discard: () => removeTree(at(own)).catch(() => undefined),
  };
}

function locked(root: Root, action: () => Promise<void>): Promise<void> {
  return whileLocked(join(root.path, lockName), action);
}

/** A file of another writer may not be on the disk yet. */
async function sync(place: Place): Promise<void> {
  await using handle = await openBeneath(place, constants.O_RDONLY);
  await handle.sync();
}

/** Moves what is complete, folder by folder: each rename replaces one file, and the rest follows. */
async function finish(root: Root): Promise<void> {
  const ready: Place = { root, path: committed };
  for (const folder of await namesIn(ready)) {
    const from: Place = { root, path: `${committed}/${folder}` };
    await makeFolder({ root, path: folder });
    await inFolder(from, (source) =>
      inFolder({ root, path: folder }, async (target) => {
        for (const name of await readdir(source.at('.'))) await rename(source.at(name), target.at(name));
        await target.sync();
      }),
    );
    await inFolder(ready, (parent) => rmdir(parent.at(folder)));
  }
  await removeTree(ready);
}

async function namesIn(place: Place): Promise<readonly string[]> {
  try {
    return await inFolder(place, (folder) => readdir(folder.at('.')));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** After the first move there is no way back: what could refuse one is looked at before. */
async function checkTargets(root: Root, folder: string, names: readonly string[]): Promise<void> {
  await makeFolder({ root, path: folder });
  await inFolder({ root, path: folder }, async (target) => {
    for (const name of names) {
      const found = await lstat(target.at(name)).catch(() => undefined);
      if (found === undefined || found.isFile()) continue;
      const path = join(root.path, folder, name);
      throw new TaskError('invalid-file', `replacing ${path}: expected a regular file`, {
        remedy: 'Remove it, or choose another workspace, then run again.',
      });
    }
  });
}

async function removeAbandoned(root: Root): Promise<void> {
  const latest = Date.now() - abandonedAfter;
  for (const name of (await namesIn({ root, path: '' })).filter((each) => staged.test(each))) {
    const entries = await readdir(join(root.path, name), { recursive: true }).catch(() => []);
    const times = await Promise.all(['.', ...entries].map((entry) => changedAt(join(root.path, name, entry))));
    if (Math.max(...times) < latest) await removeTree({ root, path: name }).catch(() => undefined);
  }
}

async function changedAt(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

async function attempt<T>(root: Root, action: () => Promise<T>): Promise<T> {
  return action().catch((error: unknown) => {
    throw writeError(root.path, 0, error);
  });
}
