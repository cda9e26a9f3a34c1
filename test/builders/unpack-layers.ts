import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import type { BuiltLayers } from '../../src/usecases/containerize/build-layers.ts';
import { saveLayer } from './layers.ts';

type Layers = Pick<BuiltLayers, 'layers'>;

/** Unpacks layers with GNU tar into a folder, one over the other. */
export async function unpackWithTar({ layers }: Layers, target: string): Promise<void> {
  await inFolder(async (folder) => {
    for (const layer of layers) {
      const file = join(folder, 'layer.tar.gz');
      await saveLayer(layer, file);
      await execa('tar', ['-xpf', file, '--xattrs', '--xattrs-include=*', '--same-owner', '-C', target]);
    }
  });
}

/** Unpacks an image of layers with umoci into a new folder, as Apptainer does. @returns its root */
export async function unpackWithUmoci(layers: Layers, target: string): Promise<string> {
  await inFolder(async (folder) => {
    await execa('umoci', ['unpack', '--image', await layoutOf(layers, folder), target]);
  });
  return join(target, 'rootfs');
}

/** Unpacks an image of layers with containerd of its own, without overlays, and copies its root to a new folder. */
export async function unpackWithContainerd(layers: Layers, target: string): Promise<void> {
  await inFolder(async (folder) => {
    await layoutOf(layers, folder);
    const archive = join(folder, 'layout.tar');
    await execa('tar', ['-C', join(folder, 'layout'), '-cf', archive, '.']);
    const address = join(folder, 'socket');
    const containerd = await startContainerd(folder, address);
    const ctr = (...args: readonly string[]) => execa('ctr', ['--address', address, 'images', ...args]);
    const mounted = join(folder, 'mounted');
    try {
      await ctr('import', '--no-unpack', '--index-name', 'image', archive);
      await mkdir(mounted);
      await ctr('mount', '--snapshotter', 'native', 'image', mounted);
      await execa('cp', ['--archive', mounted, target]);
    } finally {
      await execa('umount', [mounted], { reject: false });
      await containerd.stop();
    }
  });
}

async function startContainerd(folder: string, address: string): Promise<{ readonly stop: () => Promise<void> }> {
  const off = [
    'grpc.v1.cri',
    'internal.v1.opt',
    ...['btrfs', 'zfs', 'devmapper'].map((name) => `snapshotter.v1.${name}`),
  ];
  const text = [
    'version = 2',
    `root = "${folder}/containerd"`,
    `state = "${folder}/state"`,
    `disabled_plugins = [${off.map((name) => `"io.containerd.${name}"`).join(', ')}]`,
    '[grpc]',
    `address = "${address}"`,
  ];
  const file = join(folder, 'containerd.toml');
  await writeFile(file, `${text.join('\n')}\n`);
  const started = execa('containerd', ['--config', file], { reject: false });
  const stop = async (): Promise<void> => {
    started.kill();
    await started;
  };
  for (let tries = 0; tries < 300; tries += 1) {
    const { exitCode } = await execa('ctr', ['--address', address, 'version'], { reject: false });
    if (exitCode === 0) return { stop };
  }
  await stop();
  throw new Error(`containerd does not answer: ${(await started).stderr}`);
}

/** An image of the layers in the folder `layout`. @returns its name for umoci */
async function layoutOf({ layers }: Layers, folder: string): Promise<string> {
  const layout = join(folder, 'layout');
  const image = `${layout}:image`;
  await execa('umoci', ['init', '--layout', layout]);
  await execa('umoci', ['new', '--image', image]);
  for (const layer of layers) {
    const file = join(folder, 'layer.tar.gz');
    await saveLayer(layer, file);
    await execa('gunzip', ['--force', file]);
    await execa('umoci', ['raw', 'add-layer', '--image', image, join(folder, 'layer.tar')]);
  }
  return image;
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unpack-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
