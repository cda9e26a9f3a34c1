import { closeSync, constants, fstatSync, readSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { openBeneath, openBeneathSync } from './beneath.ts';
import { pathOf, rootAt, type Place } from './place.ts';
import { checkText, largestFile, tooLarge } from './text-size.ts';

const { O_NONBLOCK, O_RDONLY } = constants;

const slowMilliseconds = 0.5;
/** What a single read counts at most: on a busy computer a read of a fast disk may wait for the processor. */
const longestMilliseconds = 2;
/** The first reads say little about the speed of a volume. */
const patientReads = 10;
/** Between pauses that let the rest of the program continue, signals included. */
const readsInARow = 16;

/**
 * Makes a reader of text files. A disk gives a small file in some 20 microseconds, a fifth of what the way through the
 * thread pool costs; a volume across the network takes milliseconds, in which the rest of the program must continue.
 * The measured time decides.
 * @throws TaskError `invalid-file` for a link, for anything but a regular file, and for a file above `largestFile`
 */
export function createReader(): (place: Place) => Promise<string> {
  let reads = 0;
  let spent = 0;
  let timed = 0;
  return async (place) => {
    reads += 1;
    const isSlow = timed >= patientReads && spent / timed > slowMilliseconds;
    // The first one may wait for a volume that is far away.
    if (isSlow || reads === 1) return (await readPlace(place)).toString('utf8');
    if (reads % readsInARow === 0) await setImmediate();
    const started = performance.now();
    const text = readPlaceSync(place);
    timed += 1;
    spent += Math.min(performance.now() - started, longestMilliseconds);
    return text;
  };
}

/** Reads the bytes of a place in a folder. Throws TaskError `invalid-file`, the system's error. */
export async function readPlace(place: Place): Promise<Buffer> {
  await using handle = await openBeneath(place, O_RDONLY);
  return await readOpened(handle, pathOf(place));
}

/**
 * Reads the bytes of a file that the user names; links are followed.
 * @throws TaskError `invalid-file` for anything but a regular file and for a file above `largestFile`; the system's
 *   error
 */
export async function readInput(path: string): Promise<Buffer> {
  await using handle = await openInput(path);
  return await readOpened(handle, path);
}

/**
 * Reads a file that the user names, or a file in a folder that the user names. Such a folder may be a mounted ConfigMap
 * or Secret: links in it are followed within the folder.
 * @throws TaskError `invalid-file`, the system's error
 */
export async function readGiven(path: string, member: string): Promise<Buffer> {
  return (await stat(path)).isDirectory() ? readMember(path, member) : readInput(path);
}

/** The path of the file that readGiven reads; of the file itself when there is nothing at the path. */
export async function pathOfGiven(path: string, member: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true ? join(path, member) : path;
}

/** Reads a file in a folder that may be a mounted ConfigMap or Secret. */
export function readMember(folder: string, name: string): Promise<Buffer> {
  return readPlace({ root: rootAt(folder, 'within'), path: name });
}

/** Opens a file without waiting for the other end of a FIFO; readOpened refuses that. */
export function openInput(path: string): Promise<FileHandle> {
  return open(path, O_RDONLY | O_NONBLOCK);
}

/**
 * Reads the bytes of an open file.
 * @throws TaskError `invalid-file` for anything but a regular file and for a file above `largestFile`
 */
export async function readOpened(handle: FileHandle, path: string): Promise<Buffer> {
  let room = bufferFor(await handle.stat(), path);
  for (let used = 0; ; ) {
    const { bytesRead } = await handle.read(room, used, room.length - used, null);
    used += bytesRead;
    if (bytesRead === 0 || used === room.length - 1) return room.subarray(0, used);
    if (used === room.length) room = grown(room, path);
  }
}

function readPlaceSync(place: Place): string {
  const descriptor = openBeneathSync(place, O_RDONLY);
  try {
    let room = bufferFor(fstatSync(descriptor), pathOf(place));
    for (let used = 0; ; ) {
      const bytesRead = readSync(descriptor, room, used, room.length - used, null);
      used += bytesRead;
      if (bytesRead === 0 || used === room.length - 1) return room.toString('utf8', 0, used);
      if (used === room.length) room = grown(room, pathOf(place));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** One byte more than the file has, so that its end is seen without a second buffer. */
function bufferFor(found: Stats, path: string): Buffer {
  checkText(found, path);
  return Buffer.allocUnsafe(found.size + 1);
}

/** A file can grow while it is read. */
function grown(room: Buffer, path: string): Buffer {
  if (room.length > largestFile) throw tooLarge(path, 'more');
  const next = Buffer.allocUnsafe(Math.min(2 * room.length, largestFile + 1));
  room.copy(next);
  return next;
}
