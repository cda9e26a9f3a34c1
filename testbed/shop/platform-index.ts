import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readField, readList, readText } from '../clusters/json.ts';

/** Bytes of a blob with their digest. */
export interface Blob {
  readonly digest: string;
  readonly bytes: string;
}

/** A manifest and its configuration. */
export interface ImageBlobs {
  readonly manifest: Blob;
  readonly config: Blob;
}

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Writes a layout with one OCI index: the image of `from` for linux/amd64, and for linux/arm64 the same layers again under a
 * configuration of that architecture. Nothing here can run the second; it is there to be carried along.
 */
export async function writePlatformIndex(from: string, to: string): Promise<void> {
  const blobs = path.join(to, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const amd64 = await readImage(from);
  const arm64 = withArchitecture(amd64, 'arm64');
  const layers = readList(JSON.parse(amd64.manifest.bytes), 'layers').map((layer) => readText(layer, 'digest') ?? '');
  for (const digest of layers) await copyFile(blobFile(from, digest), blobFile(to, digest));
  const index = toBlob(platformIndex({ amd64, arm64 }));
  for (const blob of [amd64.manifest, amd64.config, arm64.manifest, arm64.config, index]) {
    await writeFile(blobFile(to, blob.digest), blob.bytes);
  }
  await writeFile(path.join(to, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(
    path.join(to, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [descriptor(indexType, index)] }),
  );
}

/** The same image for another architecture: only the configuration and what names it differ. */
export function withArchitecture(image: ImageBlobs, architecture: string): ImageBlobs {
  const config = toBlob({ ...parseObject(image.config.bytes), architecture });
  const manifest = parseObject(image.manifest.bytes);
  const described = {
    ...parseObject(JSON.stringify(readField(manifest, 'config'))),
    digest: config.digest,
    size: sizeOf(config),
  };
  return { manifest: toBlob({ ...manifest, config: described }), config };
}

/** An OCI image index of linux images by architecture (OCI image specification 1.1, image-index.md). */
export function platformIndex(images: Readonly<Record<string, ImageBlobs>>): object {
  return {
    schemaVersion: 2,
    mediaType: indexType,
    manifests: Object.entries(images).map(([architecture, { manifest }]) => ({
      ...descriptor(manifestType, manifest),
      platform: { architecture, os: 'linux' },
    })),
  };
}

/** Digest of the only image or index of a layout. Throws when there is none. */
export async function readLayoutDigest(layout: string): Promise<string> {
  const index: unknown = JSON.parse(await readFile(path.join(layout, 'index.json'), 'utf8'));
  const digest = readText(readList(index, 'manifests')[0], 'digest');
  if (digest === undefined)
    throw new Error(`reading ${layout}/index.json: no image in it; remove the folder and build again`);
  return digest;
}

/** A value as JSON, with the digest it has in a registry. */
export function toBlob(value: object): Blob {
  const bytes = JSON.stringify(value);
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

async function readImage(layout: string): Promise<ImageBlobs> {
  const manifest = await readBlob(layout, await readLayoutDigest(layout));
  const digest = readText(JSON.parse(manifest.bytes), 'config', 'digest') ?? '';
  return { manifest, config: await readBlob(layout, digest) };
}

async function readBlob(layout: string, digest: string): Promise<Blob> {
  return { digest, bytes: await readFile(blobFile(layout, digest), 'utf8') };
}

function blobFile(layout: string, digest: string): string {
  return path.join(layout, 'blobs', digest.replace(':', '/'));
}

function descriptor(mediaType: string, blob: Blob): object {
  return { mediaType, digest: blob.digest, size: sizeOf(blob) };
}

function sizeOf(blob: Blob): number {
  return Buffer.byteLength(blob.bytes);
}

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError('expected a JSON object');
  return value;
}
