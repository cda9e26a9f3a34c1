import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import yauzl, { type Entry, type ZipFile } from 'yauzl';

import { messageOf } from '../../domain/core/errors.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';

/** Bytes that are read at a time: thousands of small headers and files are within one. */
const windowSize = 256 * 1024;
const directoryEntry = 0x02014b50;
/** What fields of 32 bits can hold. Longer archives need the fields of zip64. */
const largestShort = 2 ** 32;

/** What is used of a FileHandle. */
export interface ArchiveHandle extends Pick<FileHandle, 'fd' | 'read'> {
  /** @param options places of the first and of the last byte */
  readonly createReadStream: (options: {
    readonly start: number;
    readonly end?: number;
    readonly autoClose: false;
    readonly highWaterMark?: number;
  }) => Readable;
}

export interface ArchiveFile {
  readonly handle: ArchiveHandle;
  readonly size: number;
}

export interface ZipMember {
  readonly entry: Entry;
  /** Where its content begins. */
  readonly start: number;
}

/** Reads bytes of a file. They are valid until the next call. @throws ArchiveDefect when the file ends before */
export type ReadAt = (position: number, length: number) => Buffer;

export function windowed({ handle: { fd }, size }: ArchiveFile): ReadAt {
  let memory = Buffer.alloc(0);
  let window = memory;
  let start = 0;
  return (position, length) => {
    if (position + length > size) throw new ArchiveDefect('it was cut, or its directory is wrong');
    if (position < start || position + length > start + window.length) {
      const needed = Math.min(Math.max(length, windowSize), size - position);
      if (memory.length < needed) memory = Buffer.allocUnsafe(Math.max(needed, windowSize));
      window = memory.subarray(0, needed);
      start = position;
      for (let done = 0; done < window.length; ) {
        const read = readSync(fd, window, done, window.length - done, position + done);
        if (read === 0) throw new ArchiveDefect('it was cut while it was read');
        done += read;
      }
    }
    return window.subarray(position - start, position - start + length);
  };
}

/** Gives yauzl the bytes without the thread pool, which would take longer than the rest of the work. */
class WindowReader extends yauzl.RandomAccessReader {
  readonly #readAt: ReadAt;

  constructor(file: ArchiveFile) {
    super();
    this.#readAt = windowed(file);
  }

  override read(...[buffer, offset, length, position, callback]: Parameters<yauzl.RandomAccessReader['read']>): void {
    const answer = (error: Error | null): void => queueMicrotask(() => callback(error));
    try {
      this.#readAt(position, length).copy(buffer, offset);
      answer(null);
    } catch (error) {
      answer(error instanceof Error ? error : new Error(messageOf(error)));
    }
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

/**
 * Reads the whole directory of a zip archive, and where the content of each entry is. No two entries may have the same
 * bytes, as in a bomb without nesting, and no entry may be left out by a number of entries that is too small.
 * @throws ArchiveDefect
 */
export async function readZipDirectory(file: ArchiveFile): Promise<readonly ZipMember[]> {
  const readAt = windowed(file);
  try {
    const zip = await openZip(file);
    const members: ZipMember[] = [];
    for await (const entry of zip.eachEntry()) members.push({ entry, start: contentStart(readAt, entry) });
    checkEnd(zip, file, readAt);
    checkOverlaps(members);
    return members;
  } catch (error) {
    if (error instanceof ArchiveDefect) throw error;
    // Programs such as the archiver of macOS write sizes and offsets modulo 4 GiB.
    const why = file.size < largestShort ? '' : ' in an archive of 4 GiB or more (missing zip64 fields)';
    throw new ArchiveDefect(`${messageOf(error)}${why}`);
  }
}

function openZip(file: ArchiveFile): Promise<ZipFile> {
  // Names are decoded elsewhere, as yauzl knows no UTF-8 without its flag.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
  const open = promisify<yauzl.RandomAccessReader, number, yauzl.Options, ZipFile>(yauzl.fromRandomAccessReader);
  return open(new WindowReader(file), file.size, options);
}

// APPNOTE.TXT 4.3.7: signature, 22 bytes, lengths of the name and of the extra field, the name.
function contentStart(readAt: ReadAt, { relativeOffsetOfLocalHeader: offset, fileNameRaw }: Entry): number {
  const header = readAt(offset, 30);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new ArchiveDefect('its directory names a place that has no entry');
  const [nameLength, extraLength] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  if (!readAt(offset + 30, nameLength).equals(fileNameRaw)) {
    throw new ArchiveDefect('its directory and its content have different names for an entry');
  }
  return offset + 30 + nameLength + extraLength;
}

/** yauzl reads as many entries as the end says; programs that write more than 65,535 can have only part of the number. */
function checkEnd(zip: ZipFile, { size }: ArchiveFile, readAt: ReadAt): void {
  const end = Number(zip.readEntryCursor);
  if (size - end >= largestShort) throw new ArchiveDefect('its directory is not at its end (missing zip64 fields)');
  if (end + 4 <= size && readAt(end, 4).readUInt32LE(0) === directoryEntry) {
    throw new ArchiveDefect('its directory has more entries than its end says (missing zip64 fields)');
  }
}

function checkOverlaps(members: readonly ZipMember[]): void {
  let last = 0;
  for (const { entry, start } of [...members].sort((a, b) => a.start - b.start)) {
    if (entry.relativeOffsetOfLocalHeader < last) throw new ArchiveDefect('two of its entries have the same content');
    last = start + entry.compressedSize;
  }
}
