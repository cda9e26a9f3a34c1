import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type ExternalRegistry, ExternalError } from '../images/external-registry.ts';
import { entriesWithoutPlatform, parseManifest, type Manifest } from '../images/manifest.ts';
import type { ImageStore } from '../images/store.ts';
import { latestEvent } from '../images/tag-events.ts';
import type { ImageStream } from '../images/types.ts';
import type { User } from '../kube/access.ts';
import { discard, forwardedHeaders, readAll, sendAnswer, type Backend, type BackendAnswer } from './backend.ts';
import type { ContentPlaces, Place } from './content-places.ts';
import type { PushRecorder } from './record-push.ts';
import { RegistryError } from './registry-error.ts';
import type { Repository } from './registry-path.ts';

/** What serving manifests needs. */
export interface ManifestParts {
  readonly store: ImageStore;
  readonly backend: Backend;
  readonly external: ExternalRegistry;
  readonly places: ContentPlaces;
  readonly recorder: PushRecorder;
}

/** One request for a manifest, with its user allowed. */
export interface ManifestRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly repository: Repository;
  /** Tag or digest. */
  readonly reference: string;
  readonly user: User;
  readonly signal: AbortSignal;
}

const maxManifestBytes = 4 * 1024 * 1024;

/**
 * GET and HEAD: the image stream says which digest a tag is, the content comes from the backend or, for images that are only
 * referred to, from where they are. By digest in a stream that does not exist the real registry answers 500, not 404.
 */
export async function serveManifest(parts: ManifestParts, asked: ManifestRequest): Promise<void> {
  const { repository, reference, response, request, signal } = asked;
  const stream = parts.store.stream(repository.namespace, repository.name);
  const digest = resolveReference(stream, reference);
  if (stream === undefined || digest === undefined) throw unknownManifest(reference);
  const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
  const headers = forwardedHeaders(request.headers);
  const own: Place = { kind: 'local', repository: `${repository.namespace}/${repository.name}` };
  for (const place of [own, ...parts.places.ofManifest(stream, digest)]) {
    if (place.kind === 'local') {
      const answer = await parts.backend.send({
        method,
        path: `/v2/${place.repository}/manifests/${digest}`,
        headers,
        signal,
      });
      if (answer.status !== 404) return sendAnswer(response, answer);
      await discard(answer);
    } else {
      const manifest = await pullThrough(parts.external, place, digest);
      if (manifest !== undefined) return sendAnswer(response, toAnswer(manifest, method));
    }
  }
  throw unknownManifest(reference);
}

/** PUT: checked, stored in the backend by digest, recorded by tag. */
export async function storeManifest(parts: ManifestParts, asked: ManifestRequest): Promise<void> {
  const { repository, reference, request, response, user, signal } = asked;
  const body = await readAll(request, maxManifestBytes);
  const manifest = parsePushed(body, request.headers['content-type']);
  const isTag = !reference.includes(':');
  const path = `/v2/${repository.namespace}/${repository.name}/manifests/${isTag ? manifest.digest : reference}`;
  const headers = {
    ...forwardedHeaders(request.headers),
    'content-length': String(body.length),
    'content-type': manifest.mediaType,
  };
  const answer = await parts.backend.send({ method: 'PUT', path, headers, body, signal });
  if (answer.status !== 201) return sendAnswer(response, answer);
  try {
    await parts.recorder.ensureStream(repository, user);
    const config = await readConfig(parts.backend, repository, manifest);
    parts.recorder.record({ repository, manifest, config, user, ...(isTag ? { tag: reference } : {}) });
  } catch (error) {
    await discard(answer);
    throw error;
  }
  return sendAnswer(response, answer);
}

function resolveReference(stream: ImageStream | undefined, reference: string): string | undefined {
  if (!reference.includes(':')) {
    const image = stream === undefined ? undefined : latestEvent(stream, reference)?.image;
    return image === '' ? undefined : image;
  }
  if (stream === undefined) throw new RegistryError('UNKNOWN', 'unknown error');
  return reference;
}

function parsePushed(body: Buffer, contentType: string | undefined): Manifest {
  try {
    const manifest = parseManifest(body, contentType);
    const bare = entriesWithoutPlatform(manifest)[0];
    if (bare === undefined) return manifest;
    throw new TypeError(`the entry ${bare.digest} of the index has no os or no architecture`);
  } catch (error) {
    throw new RegistryError(
      'MANIFEST_INVALID',
      `manifest invalid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A config that cannot be read leaves the image without metadata; the push stands. */
async function readConfig(backend: Backend, { namespace, name }: Repository, manifest: Manifest): Promise<unknown> {
  if (manifest.config === undefined || manifest.config.size > maxManifestBytes) return undefined;
  const answer = await backend.send({
    method: 'GET',
    path: `/v2/${namespace}/${name}/blobs/${manifest.config.digest}`,
    headers: {},
  });
  const body = await readAll(answer.body, maxManifestBytes);
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

async function pullThrough(
  external: ExternalRegistry,
  place: Extract<Place, { kind: 'external' }>,
  digest: string,
): Promise<Manifest | undefined> {
  try {
    return await external.manifest(place.reference, digest);
  } catch (error) {
    if (error instanceof ExternalError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

function toAnswer(manifest: Manifest, method: 'GET' | 'HEAD'): BackendAnswer {
  const headers = {
    'content-type': manifest.mediaType,
    'content-length': String(manifest.body.length),
    'docker-content-digest': manifest.digest,
    'docker-distribution-api-version': 'registry/2.0',
    etag: `"${manifest.digest}"`,
  };
  return { status: 200, headers, body: Readable.from(method === 'HEAD' ? [] : [manifest.body]) };
}

function unknownManifest(reference: string): RegistryError {
  return new RegistryError('MANIFEST_UNKNOWN', `manifest unknown: ${reference}`);
}
