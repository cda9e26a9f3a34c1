import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import type { PackedLayer } from '../../domain/oci/image-archive/archive-files.ts';
import { errnoOf } from '../files/errno.ts';
import { openNameless } from '../files/nameless-file.ts';
import { writeError } from '../files/write-file.ts';
import { messageOf } from '../../domain/core/errors.ts';
import { readAt, refused, type TarSource } from './tar-index.ts';
import { writeAll } from './write-all.ts';

interface TemporaryOptions {
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
}

const chunkSize = 1024 * 1024;
/** Bytes of a layer that are read at a time. */
const pieceSize = 512 * 1024;
/** Bytes that an archive may have unpacked: more than any image, less than what fills a node by surprise. */
const mostUnpacked = 256 * 1024 ** 3;

/**
 * Unpacks a tar that is compressed as a whole into a file without a name.
 * @throws TaskError `invalid-file` when it is damaged or cut short, `disk-full`, `io-broke`
 */
export async function unpackWhole(packed: TarSource, options: TemporaryOptions): Promise<TarSource> {
  const { path, size } = packed;
  const content = packed.handle.createReadStream({
    start: 0,
    end: size - 1,
    autoClose: false,
    highWaterMark: chunkSize,
  });
  const handle = await openNameless(options.temporaryFolder);
  let unpacked = 0;
  try {
    await pipeline(
      content,
      createGunzip({ chunkSize }),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) {
          unpacked += piece.length;
          if (unpacked > mostUnpacked) throw refused(packed, 'unpacked it is larger than any image');
          await writeAll(handle, piece);
        }
      },
      { signal: options.signal },
    );
    return { handle, path, size: unpacked };
  } catch (error) {
    await handle.close();
    options.signal.throwIfAborted();
    if (errnoOf(error).startsWith('Z_')) throw refused(packed, `it cannot be unpacked: ${messageOf(error)}`);
    throw writeError(options.temporaryFolder, unpacked, error);
  }
}

/** Compresses a layer into a file without a name; the header of gzip has neither a name nor a time. */
export async function packLayer(
  {
    source,
    name,
    content,
  }: { readonly source: TarSource; readonly name: string; readonly content: AsyncIterable<Uint8Array> },
  options: TemporaryOptions,
): Promise<PackedLayer> {
  const handle = await openNameless(options.temporaryFolder);
  const hash = createHash('sha256');
  let size = 0;
  try {
    await pipeline(Readable.from(content), createGzip({ chunkSize }), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        hash.update(piece);
        size += piece.length;
        await writeAll(handle, piece);
      }
    });
  } catch (error) {
    await handle.close();
    options.signal.throwIfAborted();
    throw writeError(`${name} of ${source.path}`, size, error);
  }
  const packed: TarSource = { handle, path: source.path, size };
  return packedFile(packed, `sha256:${hash.digest('hex')}`, options.signal);
}

/** A compressed layer in an open file. */
export function packedFile(packed: TarSource, digest: string, signal: AbortSignal): PackedLayer {
  const { handle, size } = packed;
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let done = 0; done < size; done += pieceSize) {
      signal.throwIfAborted();
      yield await readAt(packed, done, Math.min(pieceSize, size - done));
    }
  }
  return { digest, size, read, close: () => handle.close() };
}
