import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, zstdCompress } from 'node:zlib';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { blobOf, manifestOf, writeLayout } from './layouts.ts';

/** What takes more than a minute for an image, and is done once for each release. 19 is the highest level whose reader needs 8 MiB. */
export const releaseLevel = 19;

const unzip = promisify(gunzip);
const compress = promisify(zstdCompress);

const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';

/**
 * Writes a layout with the same image whose gzip layers are compressed with zstd (OCI image specification 1.1). A quarter
 * of the bytes is saved, and a node unpacks them faster. Same layers, level and Node.js give the same bytes.
 * Layers that are compressed otherwise stay as they are.
 */
export async function compressLayers(layout: string, target: string, level = releaseLevel): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(join(target, 'blobs/sha256'), { recursive: true });
  const { digest, mediaType } = await manifestOf(layout);
  const manifest = JSON.parse(await readFile(blobOf(layout, digest), 'utf8')) as JsonObject;
  const config = stringAt(manifest, 'config', 'digest') ?? '';
  await copyFile(blobOf(layout, config), blobOf(target, config));
  const layers: unknown[] = [];
  for (const layer of arrayAt(manifest, 'layers')) layers.push(await compressLayer(layer, { layout, target, level }));
  await writeLayout(target, { mediaType, bytes: Buffer.from(JSON.stringify({ ...manifest, layers })) });
}

async function compressLayer(
  layer: unknown,
  { layout, target, level }: { layout: string; target: string; level: number },
): Promise<unknown> {
  const digest = stringAt(layer, 'digest') ?? '';
  if (!isObject(layer) || layer['mediaType'] !== gzipType) {
    await copyFile(blobOf(layout, digest), blobOf(target, digest));
    return layer;
  }
  const key = `${digest} ${String(level)}`;
  const bytes = known.get(key) ?? (await compressBlob(blobOf(layout, digest), level));
  known.set(key, bytes);
  const compressed = sha256Of(bytes);
  await writeFile(blobOf(target, compressed), bytes);
  return { ...layer, mediaType: zstdType, digest: compressed, size: bytes.length };
}

/** What was compressed already: images of a platform have their first layer in common. */
const known = new Map<string, Buffer>();

/** In one piece: what zstd makes of a stream depends on the sizes of its parts, which vary. */
async function compressBlob(blob: string, level: number): Promise<Buffer> {
  const content = await unzip(await readFile(blob));
  return compress(content, { params: { [constants.ZSTD_c_compressionLevel]: level } });
}
