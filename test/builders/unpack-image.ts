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
  const layout = join(folder, 'layout');
  await mkdir(folder, { recursive: true });
  await execa('skopeo', ['copy', '--quiet', '--src-tls-verify=false', from, `oci:${layout}:image`]);
  const image = ['--image', `${layout}:image`];
  await execa('umoci', ['raw', 'unpack', ...image, join(folder, 'root')]);
  await execa('umoci', ['raw', 'config', ...image, '--rootfs', join(folder, 'root'), join(folder, 'config.json')]);
  const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  return {
    root: join(folder, 'root'),
    environment: arrayAt(config, 'process', 'env').map(String),
    command: arrayAt(config, 'process', 'args').map(String),
    workingFolder: stringAt(config, 'process', 'cwd') ?? '/',
    user: {
      uid: Number(valueAt(config, 'process', 'user', 'uid')),
      gid: Number(valueAt(config, 'process', 'user', 'gid')),
    },
  };
}
