import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { execa } from 'execa';
import { pack } from 'tar-stream';

import type { ImageName } from './image-copy-source.ts';

const mebibyte = 1024 * 1024;
const layerMebibytes = 1024;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

interface Blob {
  readonly digest: string;
  readonly size: number;
}

interface Layer extends Blob {
  /** Digest of the tar. */
  readonly diffId: string;
}

/**
 * Puts an image of four layers of 1 GiB of random bytes into `bench/app-0:latest` of a registry. It is written as an OCI
 * layout piece by piece: in memory it would take several times its size.
 */
export async function fillWithLargeImage(host: string, folder: string): Promise<readonly ImageName[]> {
  const layout = join(folder, 'layout');
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const layers: Layer[] = [];
  for (let number = 0; number < 4; number += 1) layers.push(await writeLayer(blobs, `file-${String(number)}`));
  const config = await writeJson(blobs, {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const manifest = await writeJson(blobs, {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, ...config },
    layers: layers.map(({ digest, size }) => ({ mediaType: layerType, digest, size })),
  });
  const index = { schemaVersion: 2, manifests: [{ mediaType: manifestType, ...manifest }] };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const accept = ['--preserve-digests', '--dest-tls-verify=false'];
  await execa('skopeo', [
    '--insecure-policy',
    'copy',
    ...accept,
    `oci:${layout}`,
    `docker://${host}/bench/app-0:latest`,
  ]);
  await rm(layout, { recursive: true });
  return [{ digest: manifest.digest, mediaType: manifestType }];
}

/** A packed tar of one file of 1 GiB. Random bytes do not become smaller, so they are only framed. */
async function writeLayer(folder: string, name: string): Promise<Layer> {
  const place = join(folder, name);
  const [archive, tar, packed] = [pack(), createHash('sha256'), createHash('sha256')];
  let size = 0;
  const entry = archive.entry({ name, size: layerMebibytes * mebibyte });
  const filling = pipeline(randomPieces(), entry).then(() => {
    archive.finalize();
  });
  const writing = pipeline(
    archive as AsyncIterable<Buffer>,
    noting((piece) => tar.update(piece)),
    createGzip({ level: 0 }),
    noting((piece) => {
      packed.update(piece);
      size += piece.length;
    }),
    createWriteStream(place),
  );
  await Promise.all([filling, writing]);
  const digest = packed.digest('hex');
  await rename(place, join(folder, digest));
  return { diffId: `sha256:${tar.digest('hex')}`, digest: `sha256:${digest}`, size };
}

/** Passes pieces on, each of which is shown to a function. */
function noting(note: (piece: Buffer) => void) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      note(piece);
      yield piece;
    }
  };
}

function* randomPieces(): Generator<Buffer> {
  for (let written = 0; written < layerMebibytes; written += 1) yield randomBytes(mebibyte);
}

async function writeJson(folder: string, value: unknown): Promise<Blob> {
  const text = JSON.stringify(value);
  const digest = createHash('sha256').update(text).digest('hex');
  await writeFile(join(folder, digest), text);
  return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
}
