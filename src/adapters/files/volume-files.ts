import { opendirSync, lstatSync, type Stats } from 'node:fs';
import { statfs } from 'node:fs/promises';

import {
  isLarge,
  pickLargeFiles,
  type RegularFile,
  type VolumeSurvey,
} from '../../domain/volumes/copier/volume-survey.ts';

/** POSIX counts the blocks of a file in this unit, whatever the file system uses. */
const blockBytes = 512;

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
function statusOf(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Smaller holes are no more than how a file system rounds. */
const smallestHole = 4096;

/** Names that are held in memory at a time: a folder may have millions. */
const namesAtATime = 256;

const ascii = /^[\0-\x7f]*$/;

interface Found {
  files: number;
  bytes: number;
  hasHoles: boolean;
  readonly large: RegularFile[];
}

/**
 * Looks at all files of a folder, for at most so many milliseconds. What cannot be read is left out: the copy reports
 * it. Synchronous, since that is three times as fast and nothing else is to be done meanwhile.
 */
export function surveyFiles(folder: string, mostMilliseconds: number): VolumeSurvey {
  const endAt = performance.now() + mostMilliseconds;
  const folders = [folder];
  const found: Found = { files: 1, bytes: 0, hasHoles: false, large: [] };
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const path of pathsIn(next)) {
      if (path === undefined || performance.now() > endAt) return summaryOf(found, false);
      const status = statusOf(inBytes(path));
      found.files += 1;
      if (status?.isDirectory() === true) folders.push(path);
      if (status?.isFile() === true) addFile(found, path.slice(folder.length + 1), status);
    }
  }
  return summaryOf(found, true);
}

function addFile(found: Found, path: string, { size, blocks, nlink }: Stats): void {
  found.bytes += size;
  found.hasHoles ||= size - blocks * blockBytes >= smallestHole;
  const file = { path, bytes: size, links: nlink };
  if (isLarge(file)) found.large.push(file);
}

function summaryOf({ files, bytes, hasHoles, large }: Found, isWhole: boolean): VolumeSurvey {
  return {
    files: isWhole ? files : undefined,
    hasHoles: hasHoles || isWhole ? hasHoles : undefined,
    large: pickLargeFiles(large, bytes),
  };
}

/**
 * Names are bytes, which need not be text: here each stands as one letter. Undefined when the rest cannot be read, as
 * on a file system that does not have the types of its entries.
 */
function* pathsIn(folder: string): Generator<string | undefined> {
  const open = attempt(() => opendirSync(inBytes(folder), { encoding: 'latin1', bufferSize: namesAtATime }));
  if (open === undefined) return;
  try {
    for (let entry = attempt(() => open.readSync()); entry !== null; entry = attempt(() => open.readSync())) {
      yield entry && `${folder}/${entry.name}`;
    }
  } finally {
    open.closeSync();
  }
}

/** Nearly all are ASCII, which needs no detour. */
function inBytes(path: string): string | Buffer {
  return ascii.test(path) ? path : Buffer.from(path, 'latin1');
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
