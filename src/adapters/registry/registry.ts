import { createHash } from 'node:crypto';

import { SyncFailure } from '../../domain/oci/failure.ts';
import { isDigest } from '../../domain/oci/image-location.ts';
import { acceptedManifests, manifestTypeOf } from '../../domain/oci/manifest.ts';
import type { Manifest, ManifestHead, Registry } from '../../domain/oci/registry.ts';
import { hasBlob, writeBlob, mountBlob } from './blob-content.ts';
import { readBlob } from './read-blob.ts';
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

  return {
    head: createHead((path, reference) => askManifest('HEAD', path, reference), read),
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

/** Asks for the digest and type of a manifest, and reads it where the answer says too little. */
function createHead(
  askHead: (path: string, reference: string) => Promise<HttpResponse>,
  read: Registry['read'],
): Registry['head'] {
  let holds: Promise<boolean> | undefined;
  // Some registries name the digest of another form of the manifest. All of one registry are alike: the first counts.
  async function keepsWhatItSays(path: string, { digest }: ManifestHead): Promise<boolean> {
    holds ??= askHead(path, digest).then(({ status }) => status !== 404);
    return holds.catch(() => true);
  }
  return async (path, reference) => {
    const answer = await askHead(path, reference).catch(orUnknown);
    const found = answer && headOf(answer);
    if (found !== undefined && (isDigest(reference) || (await keepsWhatItSays(path, found)))) return found;
    return answer && isMissingStream(answer, reference) ? undefined : read(path, reference);
  };
}

function manifestOf(answer: HttpResponse, reference: string): Manifest {
  const expected = isDigest(reference) ? reference : digestHeader(answer);
  const found = digestBy(algorithmOf(expected) ?? 'sha256', answer.body);
  // A header that names another manifest says nothing about this one, its algorithm included.
  const digest = found === expected || isDigest(reference) ? found : digestBy('sha256', answer.body);
  const mediaType = manifestTypeOf(mediaTypeOf(answer), answer.body.toString('utf8'));
  return { digest, mediaType, bytes: answer.body };
}

function digestBy(algorithm: string, bytes: Uint8Array): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

function wrongDigest(name: string, { digest }: Manifest): SyncFailure {
  return new SyncFailure('wrong-content', `reading manifest ${name}: its bytes have the digest ${digest}`);
}

/** A login that only HEAD asks for and that is not known says nothing about GET. */
function orUnknown(error: unknown): undefined {
  if (!(error instanceof SyncFailure) || error.kind !== 'refused') throw error;
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
