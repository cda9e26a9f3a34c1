import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { pipeline } from 'node:stream';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { ArchiveDefect, refuseEntry } from '../../domain/source/archive-defect.ts';
import { decodeUtf8 } from '../../domain/source/entry-path.ts';
import type { EntrySink } from '../../domain/source/tar-reader.ts';
import type { UnpackMeter } from '../../domain/source/unpack-limits.ts';
import { zipKind, zipName, type ZipRecord } from '../../domain/source/zip-entry.ts';
import { readZipDirectory, windowed, type ArchiveFile, type ReadAt, type ZipMember } from './archive-file.ts';

/** Longer contents are streamed. Bytes. */
const mostAtOnce = { packed: 1024 * 1024, content: 4 * 1024 * 1024 };
const longestTarget = 4096;
const methods = { stored: 0, deflated: 8 };
/** Entries between two looks at the signal. */
const entriesInARow = 64;

export interface ZipContext {
  readonly sink: EntrySink;
  readonly meter: UnpackMeter;
  /** Waits while much is not written yet. */
  readonly settle: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Unpacks a zip archive: the content of each entry must have the size and the checksum of the directory.
 * @throws ArchiveDefect, and what the sink throws
 */
export async function unpackZip(file: ArchiveFile, context: ZipContext): Promise<void> {
  const members = await readZipDirectory(file);
  const readAt = windowed(file);
  for (const [index, member] of members.entries()) {
    if (index % entriesInARow === 0) await nextTurn(context.signal);
    await context.settle();
    await unpackMember(member, { ...context, file, readAt });
  }
}

interface MemberContext extends ZipContext {
  readonly file: ArchiveFile;
  readonly readAt: ReadAt;
}

async function unpackMember(member: ZipMember, context: MemberContext): Promise<void> {
  const { sink } = context;
  const record = recordOf(member);
  const name = zipName(record, crc32);
  const { kind, mode } = zipKind(record, name);
  const modified = Math.max(0, Math.floor(member.entry.getLastModDate().getTime() / 1000) || 0);
  const common = { name, mode, modified };
  if (kind === 'folder') {
    sink.begin({ ...common, kind, target: '', size: 0 });
    sink.end();
    return;
  }
  const size = member.entry.uncompressedSize;
  if (kind === 'symlink') {
    if (size > longestTarget) refuseEntry(name, 'the target of the link is too long');
    const parts: Uint8Array[] = [];
    await readContent(member, context, (bytes) => void parts.push(Buffer.from(bytes)));
    sink.begin({ ...common, kind, target: decodeUtf8(Buffer.concat(parts), 'target of a link'), size: 0 });
    sink.end();
    return;
  }
  sink.begin({ ...common, kind, target: '', size });
  await readContent(member, context, sink.content);
  sink.end();
}

function recordOf({ entry }: ZipMember): ZipRecord {
  return {
    nameBytes: entry.fileNameRaw,
    flags: entry.generalPurposeBitFlag,
    madeBy: entry.versionMadeBy,
    attributes: entry.externalFileAttributes,
    size: entry.uncompressedSize,
    extraFields: entry.extraFields,
  };
}

/** Hands on the content, and checks it. The sizes of the directory limit what is read. */
async function readContent(
  member: ZipMember,
  { readAt, file, meter, settle, signal }: MemberContext,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const { compressedSize, uncompressedSize, compressionMethod } = member.entry;
  if (compressionMethod !== methods.stored && compressionMethod !== methods.deflated) {
    throw new ArchiveDefect(`the compression method ${String(compressionMethod)} of an entry is not supported`);
  }
  let size = 0;
  let checksum = 0;
  const check = (bytes: Uint8Array): void => {
    meter.inflated(bytes.length);
    size += bytes.length;
    if (size > uncompressedSize) throw new ArchiveDefect('the content of an entry is longer than its directory says');
    checksum = crc32(bytes, checksum);
    take(bytes);
  };
  if (compressedSize <= mostAtOnce.packed && uncompressedSize <= mostAtOnce.content) {
    const packed = readAt(member.start, compressedSize);
    check(compressionMethod === methods.stored ? packed : inflate(packed, uncompressedSize));
  } else {
    for await (const bytes of openContent(member, file)) {
      signal.throwIfAborted();
      await settle();
      check(bytes);
    }
  }
  if (size !== uncompressedSize || checksum !== member.entry.crc32) {
    throw new ArchiveDefect('the content of an entry does not have the size and checksum of the directory');
  }
}

function inflate(packed: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) });
  } catch (error) {
    throw new ArchiveDefect(`the content of an entry cannot be decompressed: ${messageOf(error)}`);
  }
}

async function* openContent(
  { start, entry: { compressedSize, compressionMethod } }: ZipMember,
  { handle }: ArchiveFile,
): AsyncGenerator<Buffer, void, undefined> {
  const packed = handle.createReadStream({ start, end: start + compressedSize - 1, autoClose: false });
  const content = compressionMethod === methods.stored ? packed : pipeline(packed, createInflateRaw(), () => undefined);
  try {
    for await (const bytes of content as AsyncIterable<Buffer>) yield bytes;
  } catch (error) {
    if (error instanceof ArchiveDefect || error instanceof TaskError) throw error;
    throw new ArchiveDefect(`the content of an entry cannot be decompressed: ${messageOf(error)}`);
  }
}

function nextTurn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    });
  });
}
