import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import { arrayAt, isObject, stringAt, type JsonObject } from '../../src/domain/core/json-object.ts';

/** An image of one platform, as an OCI layout with one manifest. */
export interface PlatformImage {
  /** As in `linux/arm64`. */
  readonly platform: string;
  readonly layout: string;
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/**
 * Joins images of several platforms to one layout whose only entry is their index. Returns that index' digest, which
 * follows from the images and the annotations alone.
 */
export async function joinPlatforms(
  folder: string,
  images: readonly PlatformImage[],
  annotations: Readonly<Record<string, string>>,
): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const manifests: JsonObject[] = [];
  for (const { platform, layout } of images) {
    await cp(join(layout, 'blobs'), join(folder, 'blobs'), { recursive: true });
    const [os, architecture] = platform.split('/');
    manifests.push({ ...(await manifestOf(layout)), platform: { architecture, os } });
  }
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests, annotations }));
  return writeLayout(folder, { mediaType: indexType, bytes });
}

/** Writes the only manifest or index of a layout, beside the blobs that are there. Returns its digest. */
export async function writeLayout(
  folder: string,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer },
): Promise<string> {
  const digest = sha256Of(bytes);
  await writeFile(blobOf(folder, digest), bytes);
  const descriptor = { mediaType, digest, size: bytes.length };
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return digest;
}

/** Path of a blob in a layout. */
export function blobOf(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

/** Descriptor of the only manifest of a layout. */
export async function manifestOf(layout: string): Promise<{ mediaType: string; digest: string; size: number }> {
  const [entry] = arrayAt(JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')), 'manifests');
  const [mediaType, digest] = ['mediaType', 'digest'].map((key) => stringAt(entry, key));
  const size = isObject(entry) ? entry['size'] : undefined;
  if (mediaType === undefined || digest === undefined || typeof size !== 'number')
    throw new Error(`reading ${layout}/index.json: expected one manifest with its digest and size`);
  return { mediaType, digest, size };
}

/** Texts of the files of an image whose path matches a pattern of shells, one after the other, as its layers bring them. */
export async function readFromLayers(layout: string, pattern: string): Promise<string> {
  const { digest } = await manifestOf(layout);
  const manifest: unknown = JSON.parse(await readFile(blobOf(layout, digest), 'utf8'));
  let text = '';
  for (const layer of arrayAt(manifest, 'layers')) {
    const args = [
      '--extract',
      '--to-stdout',
      '--wildcards',
      '--file',
      blobOf(layout, stringAt(layer, 'digest') ?? ''),
      pattern,
    ];
    const { stdout, stderr, exitCode } = await execa('tar', args, { reject: false, stripFinalNewline: false });
    if (exitCode !== 0 && !stderr.includes('Not found in archive'))
      throw new Error(`reading ${pattern} of ${layout}: ${stderr}`);
    text += stdout;
  }
  return text;
}
