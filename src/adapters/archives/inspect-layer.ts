import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { messageOf } from '../../domain/core/errors.ts';
import type { LayerFacts } from '../../domain/oci/image-archive/archive-files.ts';
import { readAt, refused, type TarMember, type TarSource } from './tar-index.ts';

/** Read at a time: enough that hashing takes longer than reading. */
const chunkSize = 1024 * 1024;

interface LayerToInspect {
  readonly source: TarSource;
  readonly member: TarMember;
  /** For messages. */
  readonly name: string;
}

interface InspectOptions {
  readonly algorithm: string;
  readonly unpacked: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads all bytes of a layer once, for its digest and, if wanted, for the digest of what it is without compression.
 * @throws TaskError `invalid-file` when it cannot be unpacked
 */
export async function inspectLayer(layer: LayerToInspect, options: InspectOptions): Promise<LayerFacts> {
  const { source, member, name } = layer;
  const compression = compressionOf(await readAt(source, member.offset, Math.min(4, member.size)));
  const stored = createHash(options.algorithm);
  const hashed = hashing(readMember(layer, options.signal), stored);
  const plain = options.unpacked && compression !== 'none' ? createHash('sha256') : undefined;
  if (plain === undefined) await drain(hashed);
  else {
    const unpack = compression === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
    try {
      await pipeline(Readable.from(hashed), unpack, (pieces: AsyncIterable<Buffer>) => drain(hashing(pieces, plain)));
    } catch (error) {
      options.signal.throwIfAborted();
      throw refused(source, `${name} cannot be unpacked: ${messageOf(error)}`);
    }
  }
  const digest = `${options.algorithm}:${stored.digest('hex')}`;
  const diffId = plain ? `sha256:${plain.digest('hex')}` : undefined;
  return { digest, size: member.size, compression, diffId: compression === 'none' ? digest : diffId };
}

/** Whether bytes begin as those of gzip do (RFC 1952). */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** How bytes are compressed, by the first four of them. */
export function compressionOf(bytes: Buffer): LayerFacts['compression'] {
  if (isGzip(bytes)) return 'gzip';
  // RFC 8878.
  return bytes.length === 4 && bytes.readUInt32LE() === 0xfd2fb528 ? 'zstd' : 'none';
}

// The next piece is read while this one is hashed.
async function* readMember(layer: LayerToInspect, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const { source, member } = layer;
  const readPiece = (done: number): Promise<Buffer> | undefined =>
    done >= member.size ? undefined : readAt(source, member.offset + done, Math.min(chunkSize, member.size - done));
  let next = readPiece(0);
  for (let done = 0; next !== undefined; ) {
    const piece = await next;
    signal.throwIfAborted();
    done += piece.length;
    next = readPiece(done);
    next?.catch(() => undefined);
    yield piece;
  }
}

async function* hashing(pieces: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

async function drain(pieces: AsyncGenerator<Buffer, void, undefined>): Promise<void> {
  while ((await pieces.next()).done !== true);
}
