import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { acceptedManifests } from '../../src/domain/oci/manifest.ts';

/** Content with its digest. */
export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** A layer, with the digest of its tar. */
export interface Layer extends Blob {
  readonly diffId: string;
}

/** A manifest or index with everything below it. */
export interface BuiltImage extends Blob {
  readonly mediaType: string;
  readonly blobs: readonly Blob[];
  readonly children: readonly BuiltImage[];
}

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** A gzipped tar layer with one file of that content. */
export function buildLayer(name: string, content: Buffer): Layer {
  const tar = tarOf(name, content);
  return { ...toBlob(gzipSync(tar, { level: 1 })), diffId: toBlob(tar).digest };
}

/** An OCI image of these layers. @param label makes its configuration, and so its digest, unique; or its whole `config` */
export function buildImage(layers: readonly Layer[], label: string | object, architecture = 'amd64'): BuiltImage {
  const config = toBlob(
    jsonBytes({
      architecture,
      os: 'linux',
      config: typeof label === 'string' ? { Labels: { label } } : label,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  );
  const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.bytes.length },
    layers: layers.map(({ digest, bytes }) => ({ mediaType: layerType, digest, size: bytes.length })),
  });
  return { ...toBlob(manifest), mediaType: ociManifest, blobs: [config, ...layers], children: [] };
}

/** An OCI index of one image for each architecture. */
export function buildIndex(images: ReadonlyMap<string, BuiltImage>): BuiltImage {
  const manifests = [...images].map(([architecture, { mediaType, digest, bytes }]) => ({
    mediaType,
    digest,
    size: bytes.length,
    platform: { architecture, os: 'linux' },
  }));
  const index = jsonBytes({ schemaVersion: 2, mediaType: ociIndex, manifests });
  return { ...toBlob(index), mediaType: ociIndex, blobs: [], children: [...images.values()] };
}

/** Puts an image with all it needs into `host/repository:reference` of a registry on plain HTTP without login. */
export async function pushImage(host: string, name: string, image: BuiltImage): Promise<void> {
  const [repository, reference] = splitName(name);
  for (const child of image.children) await pushImage(host, `${repository}:${child.digest}`, child);
  await Promise.all(image.blobs.map((blob) => pushBlob(host, repository, blob)));
  const url = `http://${host}/v2/${repository}/manifests/${reference}`;
  await send(url, { method: 'PUT', body: new Uint8Array(image.bytes), headers: { 'content-type': image.mediaType } });
}

/** The digest of `repository:tag` or `repository:digest` in a registry on plain HTTP without login; undefined when there is none. */
export async function digestOf(host: string, name: string): Promise<string | undefined> {
  const [repository, reference] = splitName(name);
  const url = `http://${host}/v2/${repository}/manifests/${reference}`;
  const answer = await fetch(url, {
    method: 'HEAD',
    headers: { accept: acceptedManifests },
  });
  return answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}

function splitName(name: string): [repository: string, reference: string] {
  const at = name.indexOf(':');
  return [name.slice(0, at), name.slice(at + 1)];
}

async function pushBlob(host: string, repository: string, { digest, bytes }: Blob): Promise<void> {
  const started = await send(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const url = new URL(started.headers.get('location') ?? '', `http://${host}`);
  url.searchParams.set('digest', digest);
  await send(url.href, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/octet-stream' },
  });
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.status >= 300)
    throw new Error(`${init.method ?? 'GET'} ${url}: ${String(answer.status)} ${await answer.text()}`);
  return answer;
}

function toBlob(bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const block = 512;

// POSIX ustar: one header, the content padded to whole blocks, two empty blocks.
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = (block - (content.length % block)) % block;
  return Buffer.concat([header, content, Buffer.alloc(padding + 2 * block)]);
}
