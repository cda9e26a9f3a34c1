import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';

/** An answer with its body read. */
interface RegistryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Bytes of a manifest and what they are called. */
export interface ManifestBytes {
  readonly body: Buffer;
  readonly mediaType: string;
  readonly digest: string;
}

/** The distribution API as tests use it. */
export interface RegistryClient {
  send(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: Buffer },
  ): Promise<RegistryAnswer>;
  /** Uploads a blob in one PUT and gives its descriptor. */
  uploadBlob(repository: string, body: Buffer): Promise<{ digest: string; size: number }>;
  putManifest(repository: string, reference: string, manifest: ManifestBytes): Promise<RegistryAnswer>;
  /** Uploads a little image whose content depends on `seed`, tags it, and gives its manifest. */
  pushImage(repository: string, reference: string, seed: string): Promise<ManifestBytes>;
  close(): Promise<void>;
}

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Media types of Docker's forms; the OCI ones differ only in their names. */
export const dockerTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/** `token` is sent as the password of Basic. */
export function createRegistryClient(baseUrl: string, options: { ca: string; token?: string }): RegistryClient {
  const dispatcher = new Agent({ connect: { ca: options.ca } });
  const login =
    options.token === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`unused:${options.token}`).toString('base64')}` };
  const send: RegistryClient['send'] = async (method, path, { headers = {}, body } = {}) => {
    const url = path.startsWith('https:') ? path : baseUrl + path;
    const answer = await request(url, {
      dispatcher,
      method: toMethod(method),
      headers: { accept, ...login, ...headers },
      body: body ?? null,
    });
    return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
  };
  const uploadBlob: RegistryClient['uploadBlob'] = async (repository, body) => {
    const digest = digestOf(body);
    const started = await send('POST', `/v2/${repository}/blobs/uploads/`);
    const location = started.headers['location'];
    if (started.status !== 202 || typeof location !== 'string')
      throw new Error(`starting an upload: ${String(started.status)} ${started.body.toString()}`);
    const target = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
    const done = await send('PUT', target, { headers: { 'content-type': 'application/octet-stream' }, body });
    if (done.status !== 201) throw new Error(`uploading a blob: ${String(done.status)} ${done.body.toString()}`);
    return { digest, size: body.length };
  };
  const putManifest: RegistryClient['putManifest'] = async (repository, reference, { body, mediaType }) =>
    send('PUT', `/v2/${repository}/manifests/${reference}`, { headers: { 'content-type': mediaType }, body });
  return {
    send,
    uploadBlob,
    putManifest,
    pushImage: async (repository, reference, seed) => {
      const layer = await uploadBlob(repository, Buffer.from(`layer ${seed}`));
      const config = await uploadBlob(
        repository,
        Buffer.from(
          JSON.stringify({
            architecture: 'amd64',
            os: 'linux',
            created: '2026-01-01T00:00:00Z',
            config: { Cmd: [seed] },
          }),
        ),
      );
      const manifest = manifestBytes(dockerTypes.manifest, {
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
        layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...layer }],
      });
      const answer = await putManifest(repository, reference === '' ? manifest.digest : reference, manifest);
      if (answer.status !== 201)
        throw new Error(`putting a manifest: ${String(answer.status)} ${answer.body.toString()}`);
      return manifest;
    },
    close: async () => dispatcher.destroy(),
  };
}

/** The bytes of a manifest or index with the given members. */
function manifestBytes(mediaType: string, members: object): ManifestBytes {
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...members }));
  return { body, mediaType, digest: digestOf(body) };
}

/** An index of images; without `platforms` its entries have none. */
export function indexBytes(
  mediaType: string,
  images: readonly ManifestBytes[],
  platforms: readonly object[],
): ManifestBytes {
  const manifests = images.map((image, index) => ({
    mediaType: image.mediaType,
    digest: image.digest,
    size: image.body.length,
    ...(platforms[index] === undefined ? {} : { platform: platforms[index] }),
  }));
  return manifestBytes(mediaType, { manifests });
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

function toMethod(method: string) {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  const found = methods.find((known) => known === method);
  if (found === undefined) throw new TypeError(`${method} is not a method of the distribution API`);
  return found;
}
