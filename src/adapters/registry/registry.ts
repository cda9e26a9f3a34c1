import { createHash } from 'node:crypto';

import { SyncFailure } from '../../domain/oci/failure.ts';
import { isDigest } from '../../domain/oci/image-location.ts';
import { acceptedManifests, manifestTypeOf } from '../../domain/oci/manifest.ts';
import type { Manifest, ManifestHead, Registry } from '../../domain/oci/registry.ts';
import { hasBlob, readBlob, writeBlob, mountBlob } from './blob-content.ts';
import { lacksBlob, send, type ConnectionOptions, type RegistryRequest } from './connection.ts';
import { deleteManifest } from './delete-manifest.ts';
import { createHarborProject } from './harbor.ts';
import { assertNoWebPage, ofRegistry } from './foreign-answer.ts';
import type { HttpResponse } from '../http/transport.ts';
import { createReferrerLister, listAllTags } from './read-lists.ts';

/** What may be done with the repositories of a registry: read the source, write the destination. */
export type Access = 'pull' | 'pull,push';

export interface RegistryAccess {
  /** As it stands in image references, for messages. */
  readonly host: string;
  readonly access: Access;
  /** Opens the connection; asked once, at the first request. */
  readonly connect: () => Promise<ConnectionOptions>;
}

export interface ConnectedRegistry extends Registry {
  /**
   * Whether the registry has asked this program for a login for a repository.
   * @throws SyncFailure when it cannot be reached
   */
  asksForLogin(path: string): Promise<boolean>;
}

/**
 * The distribution API of one registry (https://github.com/opencontainers/distribution-spec), as far as digests, tags,
 * manifests and referrers go. The content of images is the business of the copying program.
 */
export function createRegistry({ host, access, connect }: RegistryAccess): ConnectedRegistry {
  let connection: Promise<ConnectionOptions> | undefined;
  const spare: Uint8Array[] = [];
  const connected = (): Promise<ConnectionOptions> => (connection ??= connect());

  async function ask(request: Omit<RegistryRequest, 'actions'>): Promise<HttpResponse> {
    const connection = await connected();
    const answer = await send({ ...request, actions: access }, connection);
    return connection.speaksRegistry ? answer : ofRegistry(answer, { host, ...request });
  }

  async function askManifest(method: 'GET' | 'HEAD', path: string, reference: string): Promise<HttpResponse> {
    const headers = { accept: acceptedManifests };
    const anyAnswer = method === 'HEAD';
    return ask({ method, target: manifestTarget(path, reference), repository: path, headers, anyAnswer });
  }

  async function read(path: string, reference: string): Promise<Manifest | undefined> {
    const answer = await askManifest('GET', path, reference);
    if (answer.status === 404) return undefined;
    assertNoWebPage(answer, `reading a manifest of ${host}/${path}, ${reference}`);
    const manifest = manifestOf(answer, reference);
    if (!isDigest(reference) || manifest.digest === reference) return manifest;
    throw wrongDigest(`${host}/${path}@${reference}`, manifest);
  }

  async function head(path: string, reference: string): Promise<ManifestHead | undefined> {
    const answer = await askManifest('HEAD', path, reference);
    return headOf(answer) ?? (isMissingStream(answer, reference) ? undefined : read(path, reference));
  }

  return {
    head,
    read,
    async tag(path, tag, manifest) {
      const answer = await ask(putOf(path, tag, manifest));
      if (answer.status === 404) throw notSet(`${host}/${path}:${tag}`, answer);
    },
    mount: (path, blob) => mountBlob(path, blob, ask),
    listTags: (path) => listAllTags(`${host}/${path}`, path, ask),
    referrers: createReferrerLister(ask),
    hasBlob: (path, digest) => hasBlob(path, digest, ask),
    readBlob: (path, blob, readSize) => readBlob(path, blob, { ask, readSize }),
    writeBlob: (path, blob, content) => writeBlob(path, { blob, content }, { ask, spare }),
    delete: async (path, digest) => deleteManifest(path, digest, await connected()),
    createProject: async (name) => createHarborProject(name, await connected()),
    asksForLogin: async (path) => (await connected()).login.asksFor(path),
    loginScheme: async () => (await connected()).login.scheme,
  };
}

function manifestOf(answer: HttpResponse, reference: string): Manifest {
  const algorithm = algorithmOf(reference) ?? algorithmOf(digestHeader(answer)) ?? 'sha256';
  const digest = `${algorithm}:${createHash(algorithm).update(answer.body).digest('hex')}`;
  const mediaType = manifestTypeOf(mediaTypeOf(answer), answer.body.toString('utf8'));
  return { digest, mediaType, bytes: answer.body };
}

function wrongDigest(name: string, { digest }: Manifest): SyncFailure {
  return new SyncFailure('wrong-content', `reading manifest ${name}: its bytes have the digest ${digest}`);
}

/** Many registries answer HEAD in another way than GET: only a digest counts. */
function headOf(answer: HttpResponse): ManifestHead | undefined {
  const digest = answer.status === 200 ? digestHeader(answer) : '';
  return isDigest(digest) ? { digest, mediaType: mediaTypeOf(answer) } : undefined;
}

/** OpenShift answers 500, not 404, to a HEAD by digest in a stream that does not exist. */
function isMissingStream({ status }: HttpResponse, reference: string): boolean {
  return status === 500 && isDigest(reference);
}

function putOf(path: string, tag: string, { bytes, mediaType }: Manifest): Omit<RegistryRequest, 'actions'> {
  const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
  return { method: 'PUT', target: manifestTarget(path, tag), repository: path, headers, body: bytes };
}

function notSet(name: string, answer: HttpResponse): SyncFailure {
  if (lacksBlob(answer)) return new SyncFailure('blob-missing', `setting ${name}: the registry lacks a blob of it`);
  return new SyncFailure('repository-missing', `setting ${name}: there is no such repository`);
}

function manifestTarget(path: string, reference: string): string {
  return `/v2/${path}/manifests/${reference}`;
}

function digestHeader(answer: HttpResponse): string {
  return answer.headers['docker-content-digest'] ?? '';
}

function mediaTypeOf(answer: HttpResponse): string {
  return (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

function algorithmOf(digest: string): string | undefined {
  return isDigest(digest) ? digest.slice(0, digest.indexOf(':')) : undefined;
}
