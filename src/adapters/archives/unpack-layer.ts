import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { messageOf } from '../../domain/core/errors.ts';
import { ArchiveDefect } from '../../domain/source/archive-defect.ts';
import { compressionOf } from './inspect-layer.ts';

const chunkSize = 256 * 1024;

/**
 * Decompresses a layer of an image as its bytes come. Its first bytes say how, because media types of old images do not.
 * @throws ArchiveDefect for a layer that cannot be decompressed, and what the source throws
 */
export async function* unpackLayer(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = piecesOf(bytes);
  const head: Uint8Array[] = [];
  for (let length = 0; length < 4; ) {
    const turn = await pieces.next();
    if (turn.done === true) break;
    head.push(turn.value);
    length += turn.value.length;
  }
  const compression = compressionOf(Buffer.concat(head).subarray(0, 4));
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* head;
    yield* pieces;
  }
  if (compression === 'none') {
    yield* all();
    return;
  }
  const unpack = compression === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  try {
    yield* pipeline(Readable.from(all()), unpack, () => undefined) as AsyncIterable<Buffer>;
  } catch (error) {
    // Only errors of zlib have a number; others are those of the source.
    if (error instanceof Error && 'errno' in error)
      throw new ArchiveDefect(`it cannot be decompressed: ${messageOf(error)}`);
    throw error;
  }
}

/** An iterator that can be asked for the first pieces before the others. */
async function* piecesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* bytes;
}
