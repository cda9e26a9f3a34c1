import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import { stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { blobOf, writeLayout } from '../images/layouts.ts';

/** Most objects that one bundle may hold: Tekton's bundle contract v0.1. */
const mostObjects = 20;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

/**
 * Writes a Tekton bundle as an OCI layout with one image: a layer for each object, described by three annotations. No
 * time and nothing of this computer gets in, so that the same objects and annotations give the same digest.
 * Returns that digest.
 */
export async function writeBundle(
  folder: string,
  objects: readonly JsonObject[],
  annotations: Readonly<Record<string, string>>,
): Promise<string> {
  if (objects.length > mostObjects) {
    throw new Error(
      `writing bundle ${folder}: ${String(objects.length)} objects, at most ${String(mostObjects)} can be in one`,
    );
  }
  const layers = objects.map(toLayer);
  const config = toBlob(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptorOf(config, types.config),
      layers: layers.map(({ blob, annotations: about }) => ({
        ...descriptorOf(blob, types.layer),
        annotations: about,
      })),
      annotations,
    }),
  );
  await writeBlobs(folder, [config, ...layers.map(({ blob }) => blob)]);
  return writeLayout(folder, { mediaType: types.manifest, bytes: manifest });
}

function toLayer(object: JsonObject): { blob: Blob; diffId: string; annotations: Readonly<Record<string, string>> } {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const kind = (stringAt(object, 'kind') ?? '').toLowerCase();
  const tar = tarOf(`${name}.json`, Buffer.from(JSON.stringify(object)));
  return {
    blob: toBlob(gzipSync(tar, { level: 9 })),
    diffId: sha256Of(tar),
    annotations: {
      'dev.tekton.image.apiVersion': stringAt(object, 'apiVersion') ?? '',
      'dev.tekton.image.kind': kind,
      'dev.tekton.image.name': name,
    },
  };
}

/** A tar archive (POSIX ustar) with one file that belongs to nobody and has no age. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0, 100);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  // The checksum is taken with blanks in its own place.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

async function writeBlobs(folder: string, blobs: readonly Blob[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const { bytes, digest } of blobs) await writeFile(blobOf(folder, digest), bytes);
}

function descriptorOf({ bytes, digest }: Blob, mediaType: string): JsonObject {
  return { mediaType, digest, size: bytes.length };
}

function toBlob(content: string | Buffer): Blob {
  const bytes = Buffer.from(content);
  return { bytes, digest: sha256Of(bytes) };
}
