import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';

/**
 * Lays the files of an image down as a root to `chroot` into, with the devices that each container has. Needs root.
 * @param layout folder of an OCI layout with one image
 */
export async function unpackImage(layout: string, root: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  try {
    await execa('skopeo', ['copy', '--quiet', `oci:${layout}`, `dir:${folder}`]);
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    await mkdir(root, { recursive: true });
    for (const layer of arrayAt(manifest, 'layers')) {
      const [, digest = ''] = (stringAt(layer, 'digest') ?? '').split(':');
      await execa('tar', ['--extract', '--file', join(folder, digest), '--directory', root]);
    }
    await makeDevices(root);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeDevices(root: string): Promise<void> {
  await mkdir(join(root, 'dev'), { recursive: true });
  for (const [name, minor] of [
    ['null', '3'],
    ['urandom', '9'],
  ] as const) {
    await execa('mknod', ['-m', '666', join(root, 'dev', name), 'c', '1', minor]);
  }
}
