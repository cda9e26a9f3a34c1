import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errnoOf, temporaryPrefix } from './write-file.ts';

/** A file that has not changed for so long has nobody who still writes it. Milliseconds. */
const abandonedAfter = 60_000;

/** Removes the files below a folder that killed runs did not finish. A folder that is not there has none. */
export async function removeUnfinished(root: string): Promise<void> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  const latest = Date.now() - abandonedAfter;
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.startsWith(temporaryPrefix)) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await lstat(path)).mtimeMs < latest) await rm(path, { force: true });
  }
}
