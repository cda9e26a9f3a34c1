import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Prefix of unfinished files, which a folder listing passes over. */
export const temporaryPrefix = '.tmp-';

const fileMode = 0o600;

/**
 * Where a file is written before it takes its place. Always the same for one file, so that the next run takes the place
 * of what a killed one left; a digest, since the name itself may be as long as a name can be.
 */
export function unfinishedPath(path: string): string {
  const digest = createHash('sha256').update(basename(path)).digest('hex').slice(0, 16);
  return join(dirname(path), `${temporaryPrefix}${digest}`);
}

/** Creates an unfinished file, in the place of one that a killed run left. Never follows a link that lies there. */
export async function createUnfinished(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', fileMode);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  await rm(path, { force: true });
  return open(path, 'wx', fileMode);
}
