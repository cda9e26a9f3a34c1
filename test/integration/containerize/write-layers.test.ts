import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OwnerRule } from '../../../src/domain/containerize/layer-owner.ts';
import { describeTree, makeFileTree } from '../../builders/file-tree.ts';
import { buildLocalLayers, layerOptions } from '../../builders/layers.ts';
import { thrownBy } from '../../builders/task-error.ts';
import { unpackWithContainerd, unpackWithTar, unpackWithUmoci } from '../../builders/unpack-layers.ts';
import { localReader } from '../../fakes/local-reader.ts';

const paths = ['/app-library'];
let work: string;

async function folderAt(name: string): Promise<string> {
  const folder = join(work, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

type Changes = Omit<Parameters<typeof buildLocalLayers>[2], 'paths'>;

async function build(root: string, changes: Changes = {}) {
  return buildLocalLayers(localReader(root, true), await folderAt('scratch'), { paths, ...changes });
}

type Built = Awaited<ReturnType<typeof build>>;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'write-layers-'));
  await makeFileTree(await folderAt('root'));
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe('layers of files of every kind', () => {
  it('are unpacked to what they were made of', async () => {
    const built = await build(join(work, 'root'));
    const target = await folderAt('unpacked');
    await unpackWithTar(built, target);
    const expected = await describeTree(join(work, 'root'), ...paths);
    expect(built.inconsistent).toEqual([]);
    expect(await describeTree(target, ...paths)).toEqual(expected);
    expect(await describeTree(await unpackWithUmoci(built, join(work, 'bundle')), ...paths)).toEqual(expected);
    await unpackWithContainerd(built, join(work, 'containerd'));
    expect(await describeTree(join(work, 'containerd'), ...paths)).toEqual(expected);
    await built.close();
    expect(await readdir(join(work, 'scratch'))).toEqual([]);
  });

  it('are the same on another file system, with names in another order', async () => {
    const other = await mkdtemp('/dev/shm/write-layers-');
    try {
      await makeFileTree(other, 'backwards');
      const [first, second] = [await build(join(work, 'root')), await build(other)];
      const digests = ({ layers }: Built) => layers.map(({ digest, diffId }) => [digest, diffId]);
      expect(digests(second)).toEqual(digests(first));
      await first.close();
      await second.close();
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('have their own times where that is asked for', async () => {
    const built = await build(join(work, 'root'), { layer: { ...layerOptions, time: 'kept' } });
    const target = await folderAt('unpacked-times');
    await unpackWithTar(built, target);
    const [found] = await localReader(target).list('/app-library/large.bin');
    expect(found?.modified).toBe('1700000000.500000000');
    await built.close();
  });

  it('have the user of the image as owner, and group 0 with its rights', async () => {
    const owners: OwnerRule = {
      runningUid: 1_000_740_000,
      runningGid: 0,
      imageUid: 1000,
      imageGid: 100,
      groupRights: true,
    };
    const built = await build(join(work, 'root'), { layer: { ...layerOptions, owners } });
    const target = await folderAt('unpacked-owners');
    await unpackWithTar(built, target);
    const [found] = await localReader(target).list('/app-library/block.bin');
    expect(found).toMatchObject({ uid: 1000, gid: 0, mode: 0o664 });
    expect(built.layers.map(({ groupRights }) => groupRights)).toEqual([1]);
    await built.close();
  });

  it('hide what the base image has and the container had not', async () => {
    await mkdir(join(work, 'base/app-library/old'), { recursive: true });
    await mkdir(join(work, 'base/etc'));
    for (const name of ['app-library/old/file', 'etc/kept', 'etc/removed'])
      await writeFile(join(work, 'base', name), name);
    const base = await buildLocalLayers(localReader(join(work, 'base')), await folderAt('scratch'), {
      paths: ['/app-library', '/etc'],
    });
    const reader = localReader(join(work, 'root'));
    const top = await build(join(work, 'root'), {
      list: async () => ({
        areas: [{ area: 'library', entries: await reader.list('/app-library/bin') }],
        above: await reader.list('/app-library'),
        removed: ['/etc/removed'],
        opaque: ['/app-library'],
      }),
    });
    const target = await unpackWithUmoci({ ...top, layers: [...base.layers, ...top.layers] }, join(work, 'hidden'));
    expect(await readdir(join(target, 'app-library'))).toEqual(['bin']);
    expect(await readdir(join(target, 'etc'))).toEqual(['kept']);
    await base.close();
    await top.close();
  });
});

describe('a layer with 5000 further names of files', () => {
  it('has the size that they have on the disk', async () => {
    const root = await folderAt('linked');
    for (const name of ['pkgs', 'envs']) await mkdir(join(root, 'app-library', name), { recursive: true });
    for (let index = 0; index < 5000; index += 1) {
      const first = join(root, 'app-library/pkgs', `file${String(index)}`);
      await writeFile(first, Buffer.alloc(2000, String(index)));
      await link(first, join(root, 'app-library/envs', `file${String(index)}`));
    }
    const built = await build(root);
    expect(built.layers.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(5000 * 2000);
    expect(built.layers.reduce((sum, { files }) => sum + files, 0)).toBe(10_000);
    const target = await folderAt('unpacked-links');
    await unpackWithTar(built, target);
    const links = (await localReader(target).list(...paths)).filter(({ kind }) => kind === 'file');
    expect(links.map((entry) => entry.links)).toEqual(Array.from({ length: 10_000 }, () => 2));
    await built.close();
  });
});

describe('compiled files of Python in a layer', () => {
  it('are used without being compiled again', async () => {
    const root = await folderAt('python');
    await mkdir(join(root, 'app-library/greet'), { recursive: true });
    await writeFile(join(root, 'app-library/greet/__init__.py'), 'word = "hello"\n');
    execFileSync('python3', ['-m', 'compileall', '-q', join(root, 'app-library')]);
    const built = await build(root);
    const target = await folderAt('unpacked-python');
    await unpackWithTar(built, target);
    const python = await execa('python3', ['-v', '-B', '-c', 'import greet; print(greet.word)'], {
      env: { PYTHONPATH: join(target, 'app-library') },
    });
    expect(python.stdout).toBe('hello');
    expect(python.stderr).toMatch(/__pycache__\/__init__\.cpython-\d+\.pyc matches /);
    expect(python.stderr).not.toContain("bytecode is stale for 'greet'");
    await built.close();
  });
});

describe('a scratch folder that is too small', () => {
  it('ends the work, names the layer and its bytes, and nothing is left', async () => {
    const [root, small] = [await folderAt('full'), await folderAt('small')];
    await mkdir(join(root, 'app-library'));
    await writeFile(join(root, 'app-library/large'), randomBytes(4_000_000));
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    try {
      const error = await thrownBy(() => buildLocalLayers(localReader(root), small, { paths }));
      expect(error.code).toBe('disk-full');
      expect(error.message).toContain(`writing layer 1 of library in ${small} (4000000 bytes)`);
      expect(await readdir(small)).toEqual([]);
      expect((await statfs(small)).bfree).toBe((await statfs(small)).blocks);
    } finally {
      await execa('umount', [small]);
    }
  });
});
