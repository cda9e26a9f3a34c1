import { createHash, randomBytes, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { execa } from 'execa';

import type { ImageName } from './image-copy-source.ts';

const mebibyte = 1024 * 1024;
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
  const [tar, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  await pipeline(
    hashed(tarOf(name, 1024 * mebibyte), tar),
    createGzip({ level: 0 }),
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        packed.update(piece);
        size += piece.length;
        yield piece;
      }
    },
    createWriteStream(place),
  );
  const digest = packed.digest('hex');
  await rename(place, join(folder, digest));
  return { diffId: `sha256:${tar.digest('hex')}`, digest: `sha256:${digest}`, size };
}

function* hashed(pieces: Iterable<Buffer>, hash: Hash): Generator<Buffer> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

function* tarOf(name: string, size: number): Generator<Buffer> {
  yield tarHeader(name, size);
  for (let written = 0; written < size; written += mebibyte) yield randomBytes(mebibyte);
  yield Buffer.alloc(1024);
}

/** The header of a regular file (POSIX.1-1988, ustar). */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11) + ' '.repeat(8) + '0', 100);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}

async function writeJson(folder: string, value: unknown): Promise<Blob> {
  const text = JSON.stringify(value);
  const digest = createHash('sha256').update(text).digest('hex');
  await writeFile(join(folder, digest), text);
  return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
}
