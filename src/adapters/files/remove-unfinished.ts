import { lstat, readdir, unlink } from 'node:fs/promises';

import { inFolder, type OpenFolder } from './beneath.ts';
import type { Place } from './place.ts';

/** Names that writeFileAtomic gives; other programs have temporary files too. */
const unfinished = /^\.tmp-[0-9a-f]{16}$/;

/** A file that has not changed for so long has no writer any more. Milliseconds. */
const abandonedAfter = 60_000;

/**
 * Removes the files in a folder that killed runs did not finish. A file that cannot be looked at or removed is kept: it
 * does no harm, and whatever is wrong with the folder shows when it is written to.
 */
export async function removeUnfinished(place: Place): Promise<void> {
  await inFolder(place, remove).catch(() => undefined);
}

async function remove(folder: OpenFolder): Promise<void> {
  const entries = await readdir(folder.at('.'), { withFileTypes: true });
  const latest = Date.now() - abandonedAfter;
  for (const entry of entries) {
    if (!entry.isFile() || !unfinished.test(entry.name)) continue;
    const path = folder.at(entry.name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < latest) await unlink(path).catch(() => undefined);
  }
}
