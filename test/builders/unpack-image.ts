import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import type { UnpackedImage } from './task-steps.ts';

/**
 * Unpacks an image into a folder.
 * @param from as skopeo names it, for example `docker://127.0.0.1:5000/shop/web:1`
 */
export async function unpackImage(from: string, folder: string): Promise<UnpackedImage> {
  const image = await copyToLayout(from, folder);
  await execa('umoci', ['raw', 'unpack', '--image', image, join(folder, 'root')]);
  return readConfig(image, folder);
}

/**
 * The same for an image whose first layers are those of an unpacked one: its root is an overlay that holds the further
 * layers, as a container runtime mounts them. These must not remove files. Whoever removes the folder unmounts `root` first.
 */
export async function unpackUpon(base: UnpackedImage, from: string, folder: string): Promise<UnpackedImage> {
  const image = await copyToLayout(from, folder);
  const root = join(folder, 'root');
  const [upper, work] = [join(folder, 'upper'), join(folder, 'work')];
  for (const place of [root, upper, work]) await mkdir(place);
  const folders = `lowerdir=${base.root},upperdir=${upper},workdir=${work}`;
  await execa('mount', ['-t', 'overlay', '-o', folders, 'overlay', root]);
  const layers = await layersIn(join(folder, 'layout'));
  const known = await layersIn(join(base.root, '../layout'));
  if (!known.every((layer, index) => layers[index] === layer)) throw new Error(`${from} begins with other layers`);
  for (const layer of layers.slice(known.length)) {
    const blob = join(folder, 'layout/blobs', layer.replace(':', '/'));
    await execa('tar', ['--extract', '--gzip', '--same-owner', '--file', blob, '--directory', root]);
  }
  return readConfig(image, folder);
}

/** Name of the copy, as umoci has it. */
async function copyToLayout(from: string, folder: string): Promise<string> {
  const image = `${join(folder, 'layout')}:image`;
  await mkdir(folder, { recursive: true });
  await execa('skopeo', ['copy', '--quiet', '--src-tls-verify=false', from, `oci:${image}`]);
  return image;
}

/** Digests of the layers of the only image of a layout. */
async function layersIn(layout: string): Promise<readonly string[]> {
  const index: unknown = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
  const manifest = stringAt(index, 'manifests', 0, 'digest') ?? '';
  const text = await readFile(join(layout, 'blobs', manifest.replace(':', '/')), 'utf8');
  return arrayAt(JSON.parse(text), 'layers').map((layer) => stringAt(layer, 'digest') ?? '');
}

async function readConfig(image: string, folder: string): Promise<UnpackedImage> {
  const root = join(folder, 'root');
  const file = join(folder, 'config.json');
  await execa('umoci', ['raw', 'config', '--image', image, '--rootfs', root, file]);
  const config: unknown = JSON.parse(await readFile(file, 'utf8'));
  return {
    root,
    environment: arrayAt(config, 'process', 'env').map(String),
    command: arrayAt(config, 'process', 'args').map(String),
    workingFolder: stringAt(config, 'process', 'cwd') ?? '/',
    user: {
      uid: Number(valueAt(config, 'process', 'user', 'uid')),
      gid: Number(valueAt(config, 'process', 'user', 'gid')),
    },
  };
}
