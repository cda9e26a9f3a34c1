import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { constants, createGzip } from 'node:zlib';

import { TaskError } from '../../domain/core/errors.ts';
import type { ArchiveMember } from '../../domain/oci/image-archive/archive-files.ts';
import { parentOf, rootAt, type Place } from '../files/place.ts';
import { removeUnfinished, replaceFile, writeError } from '../files/write-file.ts';
import { blockSize, formatTarHeader, paddingAfter } from './tar-header.ts';
import { writeAll } from './write-all.ts';

/** Small pieces are gathered up to this many bytes. */
const portion = 1024 * 1024;

/**
 * Writes a tar whole or not at all, with gzip if its name says so. Nothing of it is in memory but the pieces that its
 * members give.
 * @returns bytes of the file
 * @throws TaskError `incomplete` for content of another length than its member says, `disk-full`, `io-broke`; what the
 *   content throws
 */
export async function writeTar(path: string, members: Iterable<ArchiveMember>): Promise<number> {
  const place: Place = { root: rootAt(dirname(path), 'refused'), path: basename(path) };
  const written = { bytes: 0 };
  await removeUnfinished(parentOf(place).folder);
  try {
    await replaceFile(place, async (file) => {
      const tar = inPortions(formatTar(members));
      for await (const piece of /\.t?gz$/.test(path) ? compressed(tar) : tar) {
        await writeAll(file, piece);
        written.bytes += piece.length;
      }
    });
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? writeError(path, written.bytes, error) : error;
  }
  return written.bytes;
}

/** The layers of images are compressed already, so that more effort would gain nothing. */
async function* compressed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = pipeline(pieces, createGzip({ level: constants.Z_BEST_SPEED, chunkSize: portion }), () => undefined);
  for await (const piece of packed as AsyncIterable<Buffer>) yield piece;
}

async function* formatTar(members: Iterable<ArchiveMember>): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { name, size, content } of members) {
    yield formatTarHeader(name, size);
    let done = 0;
    for await (const piece of content) {
      done += piece.length;
      if (done > size) break;
      yield piece;
    }
    if (done !== size) throw wrongLength(name, size);
    yield Buffer.alloc(paddingAfter(size));
  }
  yield Buffer.alloc(2 * blockSize);
}

async function* inPortions(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    if (size + piece.length > portion && size > 0) {
      yield Buffer.concat(gathered);
      [gathered, size] = [[], 0];
    }
    if (piece.length >= portion) yield piece;
    else {
      gathered.push(piece);
      size += piece.length;
    }
  }
  yield Buffer.concat(gathered);
}

function wrongLength(name: string, size: number): TaskError {
  return new TaskError('incomplete', `writing ${name} into an archive: its content has not the ${String(size)} bytes`, {
    remedy: 'Run again; if the error repeats, the registry lists another size than it sends.',
  });
}
