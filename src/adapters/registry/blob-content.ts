import type { Descriptor } from '../../domain/oci/manifest.ts';
import { isTransient, SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import { isDigest } from '../../domain/oci/image-location.ts';
import type { Ask } from './connection.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { BlobPlace, UploadedBlob } from '../../domain/oci/registry.ts';

/** Bytes of a chunk that is written: registries on object storage want at least 5 MiB. */
const chunkSize = 5 * 1024 * 1024;
/** Chunks that are kept for the next uploads. */
const mostSpare = 2;
const accepted = 202;
const created = 201;
const noContent = 204;

/** Whether a repository says to have a blob; any other answer than yes only means that its bytes are sent. */
export async function hasBlob(path: string, digest: string, ask: Ask): Promise<boolean> {
  const target = `/v2/${path}/blobs/${digest}`;
  const answer = await ask({ method: 'HEAD', target, repository: path, headers: {}, anyAnswer: true });
  return answer.status === 200;
}

/** An upload that the registry has begun. */
interface Upload {
  readonly path: string;
  /** Of the whole blob, for messages. */
  readonly name: string;
  readonly ask: Ask;
  /** Path and query to send the next bytes to. */
  place: string;
  /** Bytes that the registry has. */
  written: number;
}

/** Tries of one piece after which the registry has not a byte more. */
const mostIdleTries = 4;

/**
 * Puts a blob into a repository: in one piece when it is small, else in chunks (distribution specification, "Pushing
 * blobs"). A chunk that breaks off continues at the offset that the registry reports.
 * @param spare memory for chunks of the same registry that no upload uses
 * @throws SyncFailure
 */
export async function writeBlob(
  path: string,
  { blob, content }: { readonly blob: UploadedBlob; readonly content: AsyncIterable<Uint8Array> },
  { ask, spare }: { readonly ask: Ask; readonly spare: Uint8Array[] },
): Promise<void> {
  const name = `${path}@${blob.digest}`;
  const begin = { repository: path, headers: { 'content-length': '0' } };
  const begun = await ask({ method: 'POST', target: `/v2/${path}/blobs/uploads/`, ...begin });
  const upload: Upload = { path, name, ask, place: placeOf(begun, name, 'repository-missing'), written: 0 };
  const isStreamed = blob.size > chunkSize && (blob.inOnePiece === true || wantsLargerChunks(begun));
  const last = isStreamed ? undefined : await writeChunks(upload, blob, inChunks(content, blob.size, spare));
  const target = `${upload.place}${upload.place.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
  const put = { method: 'PUT', target, repository: path } as const;
  const answer = await ask(
    last === undefined
      ? { ...put, headers: lengthOf(blob.size), body: () => content, once: true }
      : { ...put, headers: lengthOf(last.length), body: last },
  );
  if (answer.status !== created) {
    const kind = answer.status === 404 ? lostUpload : 'refused';
    throw new SyncFailure(kind, `writing blob ${name}: ${String(answer.status)}`);
  }
  const written = answer.headers['docker-content-digest'] ?? '';
  if (isDigest(written) && isOther(written, blob.digest))
    throw new SyncFailure('wrong-content', `writing blob ${name}: the registry has ${written}`);
}

/** A registry with several servers can forget an upload between two requests: a new one can succeed. */
const lostUpload: FailureKind = 'unavailable';

/** Whether a registry takes no chunks of this size (distribution specification, "Pushing a blob in chunks"). */
function wantsLargerChunks({ headers }: HttpResponse): boolean {
  return Number(headers['oci-chunk-min-length'] ?? 0) > chunkSize;
}

/** A digest of another algorithm can be of the same bytes. */
function isOther(digest: string, expected: string): boolean {
  return digest.split(':')[0] === expected.split(':')[0] && digest !== expected;
}

/** @returns what remains for the last request */
async function writeChunks(
  upload: Upload,
  { size }: Descriptor,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  let last: Uint8Array = new Uint8Array();
  for await (const piece of chunks) {
    if (size > chunkSize) await writeChunk(upload, piece);
    else last = piece;
  }
  return last;
}

async function writeChunk(upload: Upload, chunk: Uint8Array): Promise<void> {
  const { path, name, ask, written: start } = upload;
  const end = start + chunk.length;
  for (let idle = 0; upload.written < end; ) {
    const body = chunk.subarray(upload.written - start);
    const headers = { ...lengthOf(body.length), 'content-range': `${String(upload.written)}-${String(end - 1)}` };
    try {
      const answer = await ask({ method: 'PATCH', target: upload.place, repository: path, headers, body, once: true });
      upload.place = placeOf(answer, name, lostUpload);
      upload.written = end;
    } catch (error) {
      const reached = await findReached(upload, error);
      idle = reached > upload.written ? 0 : idle + 1;
      if (reached < upload.written || reached > end || idle >= mostIdleTries) throw error;
      upload.written = reached;
    }
  }
}

/** Bytes that a registry has after a chunk broke off: where it says so. Throws the error where that cannot help. */
async function findReached(upload: Upload, error: unknown): Promise<number> {
  if (!(error instanceof SyncFailure) || !isTransient(error.kind)) throw error;
  const { path, place: target, name, ask } = upload;
  const answer = await ask({ method: 'GET', target, repository: path, headers: {} });
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.headers['range'] ?? '')?.[1];
  if (answer.status !== noContent || last === undefined) throw error;
  upload.place = placeOf({ ...answer, status: accepted }, name, lostUpload);
  // Registries say 0-0 where they have nothing.
  return last === '0' ? 0 : Number(last) + 1;
}

/**
 * The same bytes in pieces that all but the last have the size of a chunk. A piece is valid until the next is asked for:
 * a new one of megabytes each time would take several times the memory.
 */
async function* inChunks(
  content: AsyncIterable<Uint8Array>,
  blobSize: number,
  spare: Uint8Array[],
): AsyncGenerator<Uint8Array, void, undefined> {
  // The last piece of a small blob is in use after the end.
  const isSmall = blobSize <= chunkSize;
  const chunk = isSmall ? new Uint8Array(Math.max(blobSize, 1)) : (spare.pop() ?? new Uint8Array(chunkSize));
  let size = 0;
  for await (const piece of content) {
    for (let rest = piece; rest.length > 0; ) {
      const taken = rest.subarray(0, chunk.length - size);
      rest = rest.subarray(taken.length);
      chunk.set(taken, size);
      size += taken.length;
      if (size < chunk.length) continue;
      yield chunk;
      size = 0;
    }
  }
  if (size > 0) yield chunk.subarray(0, size);
  if (!isSmall && spare.length < mostSpare) spare.push(chunk);
}

function lengthOf(bytes: number): Record<string, string> {
  return { 'content-type': 'application/octet-stream', 'content-length': String(bytes) };
}

// Only path and query are taken, so that no answer leads the login elsewhere.
function placeOf(answer: HttpResponse, name: string, absent: FailureKind): string {
  const { location } = answer.headers;
  const url = location === undefined ? null : URL.parse(location, 'https://registry.invalid');
  if (answer.status === accepted && url !== null) return url.pathname + url.search;
  const kind = answer.status === 404 ? absent : 'refused';
  throw new SyncFailure(kind, `writing blob ${name}: ${String(answer.status)} without a place to write to`);
}

/**
 * Has a registry put a blob of one of its repositories into another ("cross mount" of the distribution specification).
 * @returns false when it wants the bytes instead; the upload that it began for them is called off
 */
export async function mountBlob(path: string, { digest, path: from }: BlobPlace, ask: Ask): Promise<boolean> {
  const query = new URLSearchParams({ mount: digest, from });
  const target = `/v2/${path}/blobs/uploads/?${query.toString()}`;
  const headers = { 'content-length': '0' };
  const answer = await ask({ method: 'POST', target, repository: path, from, headers });
  if (answer.status === created) return true;
  const location = answer.status === accepted ? (answer.headers['location'] ?? '') : '';
  const upload = location === '' ? null : URL.parse(location, `https://registry.invalid${target}`);
  if (upload !== null)
    await ask({ method: 'DELETE', target: upload.pathname + upload.search, repository: path, headers: {} });
  return false;
}
