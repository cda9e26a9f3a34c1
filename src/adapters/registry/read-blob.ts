import { createHash } from 'node:crypto';

import type { Descriptor } from '../../domain/oci/manifest.ts';
import { SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { Ask } from './connection.ts';

/** Bytes that are read at a time where the caller says nothing: each piece costs a round trip, and takes memory. */
const usualReadSize = 4 * 1024 * 1024;
const partial = 206;
/** Times that a blob is asked for as a whole: what was read before is read again each time. */
const mostStreams = 4;

interface BlobReading {
  readonly path: string;
  readonly blob: Descriptor;
  readonly ask: Ask;
  readonly readSize: number;
}

/**
 * The bytes of a blob, piece by piece; the last piece comes only when all of them have the digest. A registry that does
 * not send parts of a blob is asked for all of it in one answer, which is not held in memory.
 * @param readSize bytes of a part
 * @throws SyncFailure `not-found`, `wrong-content`
 */
export async function* readBlob(
  path: string,
  blob: Descriptor,
  { ask, readSize = usualReadSize }: { readonly ask: Ask; readonly readSize?: number | undefined },
): AsyncGenerator<Uint8Array> {
  const { digest, size } = blob;
  const algorithm = digest.slice(0, digest.indexOf(':'));
  const hash = createHash(algorithm);
  const reading = { path, blob, ask, readSize };
  let done = 0;
  for await (const piece of size > readSize ? inParts(reading) : whole(reading)) {
    hash.update(piece);
    done += piece.length;
    if (done > size) break;
    if (done === size && `${algorithm}:${hash.digest('hex')}` !== digest)
      throw wrong(reading, 'its bytes have another digest');
    yield piece;
  }
  if (done !== size)
    throw wrong(reading, `the registry sent ${done > size ? 'more' : 'less'} than ${String(size)} bytes`);
}

async function* whole(reading: BlobReading): AsyncGenerator<Uint8Array, void, undefined> {
  if (reading.blob.size > 0) yield (await askFor(reading, {})).body;
}

async function* inParts(reading: BlobReading): AsyncGenerator<Uint8Array, void, undefined> {
  const { blob, readSize } = reading;
  for (let start = 0; start < blob.size; start += readSize) {
    const part = await askForPart(reading, start);
    if (part === undefined) {
      yield* streamFrom(reading, start);
      return;
    }
    yield part;
  }
}

/** How a registry answers that does not know parts: with more than was asked for, or with 416. */
const meanNoParts: readonly FailureKind[] = ['wrong-content', 'refused'];

/** Undefined where the registry sends something else than the part. */
async function askForPart(reading: BlobReading, start: number): Promise<Uint8Array | undefined> {
  const end = Math.min(start + reading.readSize, reading.blob.size);
  try {
    const { status, body } = await askFor(reading, { range: `bytes=${String(start)}-${String(end - 1)}` });
    return status === partial && body.length === end - start ? body : undefined;
  } catch (error) {
    if (error instanceof SyncFailure && meanNoParts.includes(error.kind)) return undefined;
    throw error;
  }
}

/** All bytes after the first ones, as one answer has them; when it breaks off, the next one is read up to there. */
async function* streamFrom(reading: BlobReading, start: number): AsyncGenerator<Uint8Array, void, undefined> {
  let done = start;
  for (let streams = 1; ; streams += 1) {
    let at = 0;
    try {
      const { pieces, body } = await askFor(reading, {}, true);
      for await (const piece of pieces ?? [body]) {
        const fresh = piece.subarray(Math.min(piece.length, Math.max(0, done - at)));
        at += piece.length;
        done += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      const isBroken = error instanceof SyncFailure && error.kind === 'unavailable';
      if (!isBroken || streams >= mostStreams) throw error;
    }
  }
}

async function askFor(
  { path, blob: { digest, size }, ask, readSize }: BlobReading,
  headers: Readonly<Record<string, string>>,
  isStreamed = false,
): Promise<HttpResponse> {
  const target = `/v2/${path}/blobs/${digest}`;
  const mostBytes = isStreamed ? size : readSize;
  const answer = await ask({ method: 'GET', target, repository: path, headers, mostBytes, isStreamed });
  if (answer.status !== 404) return answer;
  throw new SyncFailure('not-found', `reading blob ${path}@${digest}: there is no such blob`);
}

function wrong({ path, blob }: BlobReading, what: string): SyncFailure {
  return new SyncFailure('wrong-content', `reading blob ${path}@${blob.digest}: ${what}`);
}
