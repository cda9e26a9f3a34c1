import { createHash } from 'node:crypto';

import type { Descriptor } from '../../domain/oci/manifest.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import type { Ask } from './connection.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { BlobPlace } from '../../domain/oci/registry.ts';

/** Bytes that are in memory at a time. */
const chunkSize = 8 * 1024 * 1024;
const partial = 206;
const accepted = 202;
const created = 201;

/**
 * The bytes of a blob, piece by piece; the last piece comes only when all of them have the digest.
 * @throws SyncFailure `not-found`, `wrong-content`
 */
export async function* readBlob(path: string, { digest, size }: Descriptor, ask: Ask): AsyncGenerator<Uint8Array> {
  const target = `/v2/${path}/blobs/${digest}`;
  const algorithm = digest.slice(0, digest.indexOf(':'));
  const hash = createHash(algorithm);
  for (let start = 0; start < size; start += chunkSize) {
    const end = Math.min(start + chunkSize, size);
    const headers: Record<string, string> =
      size > chunkSize ? { range: `bytes=${String(start)}-${String(end - 1)}` } : {};
    const answer = await ask({ method: 'GET', target, repository: path, headers, mostBytes: chunkSize });
    if (answer.status === 404)
      throw new SyncFailure('not-found', `reading blob ${path}@${digest}: there is no such blob`);
    const isWhole = answer.status === partial || size <= chunkSize;
    if (!isWhole || answer.body.length !== end - start)
      throw wrong(path, digest, 'the registry sent another part of it');
    hash.update(answer.body);
    if (end === size && `${algorithm}:${hash.digest('hex')}` !== digest)
      throw wrong(path, digest, 'its bytes have another digest');
    yield answer.body;
  }
}

export async function hasBlob(path: string, digest: string, ask: Ask): Promise<boolean> {
  const answer = await ask({ method: 'HEAD', target: `/v2/${path}/blobs/${digest}`, repository: path, headers: {} });
  return answer.status === 200;
}

/**
 * Puts a blob into a repository: in one piece when it is small, else in chunks (distribution specification, "Pushing blobs").
 * @throws SyncFailure
 */
export async function writeBlob(
  path: string,
  { blob, content }: { readonly blob: Descriptor; readonly content: AsyncIterable<Uint8Array> },
  ask: Ask,
): Promise<void> {
  const name = `${path}@${blob.digest}`;
  const upload = { repository: path, headers: { 'content-length': '0' } };
  let place = placeOf(await ask({ method: 'POST', target: `/v2/${path}/blobs/uploads/`, ...upload }), name);
  let written = 0;
  for await (const bytes of content) {
    if (blob.size <= chunkSize) return finish(place, bytes);
    const range = `${String(written)}-${String(written + bytes.length - 1)}`;
    const headers = { ...lengthOf(bytes), 'content-range': range };
    place = placeOf(await ask({ method: 'PATCH', target: place, repository: path, headers, body: bytes }), name);
    written += bytes.length;
  }
  return finish(place, new Uint8Array());

  async function finish(upload: string, bytes: Uint8Array): Promise<void> {
    const target = `${upload}${upload.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
    const answer = await ask({ method: 'PUT', target, repository: path, headers: lengthOf(bytes), body: bytes });
    if (answer.status !== created) throw new SyncFailure('refused', `writing blob ${name}: ${String(answer.status)}`);
  }
}

function lengthOf(bytes: Uint8Array): Record<string, string> {
  return { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) };
}

// Only path and query are taken, so that no answer leads the login elsewhere.
function placeOf(answer: HttpResponse, name: string): string {
  const { location } = answer.headers;
  const url = location === undefined ? null : URL.parse(location, 'https://registry.invalid');
  if (answer.status === accepted && url !== null) return url.pathname + url.search;
  throw new SyncFailure('refused', `writing blob ${name}: ${String(answer.status)} without a place to write to`);
}

function wrong(path: string, digest: string, what: string): SyncFailure {
  return new SyncFailure('wrong-content', `reading blob ${path}@${digest}: ${what}`);
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
