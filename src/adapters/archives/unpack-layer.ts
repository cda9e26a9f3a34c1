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
  const pieces = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  for (let length = 0; length < 4; ) {
    const turn = await pieces.next();
    if (turn.done === true) break;
    head.push(turn.value);
    length += turn.value.length;
  }
  const compression = compressionOf(Buffer.concat(head).subarray(0, 4));
  let broken: unknown;
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* head;
      yield* { [Symbol.asyncIterator]: () => pieces };
    } catch (error) {
      broken = error;
      throw error;
    }
  }
  if (compression === 'none') {
    yield* all();
    return;
  }
  const unpack = compression === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  try {
    yield* pipeline(Readable.from(all()), unpack, () => undefined) as AsyncIterable<Buffer>;
  } catch (error) {
    throw broken ?? new ArchiveDefect(`it cannot be decompressed: ${messageOf(error)}`);
  }
}
