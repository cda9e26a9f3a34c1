import { lstatSync, type Stats } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** POSIX counts the blocks of a file in this unit, whatever the file system uses. */
export const blockBytes = 512;

/** Bytes that are used on the file system of a folder, by whatever is on it. */
export async function usedBytesAt(folder: string): Promise<number> {
  const { bsize, blocks, bfree } = await statfs(folder);
  return (blocks - bfree) * bsize;
}

/** Bytes that are free for users without privileges on the file system of a folder; undefined when it is not known. */
export async function freeBytesAt(folder: string): Promise<number | undefined> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return blocks === 0 ? undefined : bavail * bsize;
}

/** Bytes that a file takes; 0 when it cannot be looked at. */
export function allottedBytes(file: string): number {
  return (statusOf(file)?.blocks ?? 0) * blockBytes;
}

/** The metadata of a file, of a link itself; undefined when it cannot be looked at. */
export function statusOf(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
