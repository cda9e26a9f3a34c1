import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeError } from './write-file.ts';

/** Other steps of a pod can have another user. */
export const publicMode = 0o644;
const folderMode = 0o755;

/**
 * Replaces all files of a folder by others that each user can read. Secrets are as safe as the folder: it must be a volume
 * that only the steps which need them mount.
 * @param files contents by their names
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function replaceSharedFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  let [path, size] = [folder, 0];
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    for (const [name, content] of files) {
      [path, size] = [join(folder, name), content.length];
      await writeFile(path, content, { flag: 'wx' });
      await chmod(path, publicMode);
    }
  } catch (error) {
    throw writeError(path, size, error);
  }
}
