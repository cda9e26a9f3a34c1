import { randomBytes } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { writeError } from './write-file.ts';

/**
 * Opens a new file without a name: no other user finds it, and none is left when the process is killed.
 * @throws TaskError `disk-full` or `io-broke`
 */
export async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `.crane-tasks-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  } catch (error) {
    throw writeError(folder, 0, error);
  }
}
