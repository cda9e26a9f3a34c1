import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { removeTree } from '../../../../src/adapters/files/beneath.ts';
import { rootAt, type Root } from '../../../../src/adapters/files/place.ts';
import { openFolder, openInputFolder } from '../../../../src/adapters/files/local-folder.ts';
import { createReader, readInput, readPlace } from '../../../../src/adapters/files/read-text.ts';
import { largestFile } from '../../../../src/adapters/files/text-size.ts';
import { stagingIn } from '../../../../src/adapters/files/stage-folders.ts';
import { writeFileAtomic } from '../../../../src/adapters/files/write-file.ts';
import { writePartsAtomic } from '../../../../src/adapters/files/write-parts.ts';

let base: string;
let workspace: string;
let outside: string;

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'links-'));
  workspace = path.join(base, 'workspace');
  outside = path.join(base, 'outside');
  await mkdir(workspace);
  await mkdir(path.join(outside, 'shop'), { recursive: true });
  await writeFile(path.join(outside, 'shop', 'kept.yaml'), 'kept');
  await writeFile(path.join(outside, 'kept.yaml'), 'kept');
});

afterEach(() => rm(base, { recursive: true, force: true }));

const refused = { code: 'invalid-file' };

function link(target: string, ...names: readonly string[]): Promise<void> {
  return symlink(target, path.join(workspace, ...names));
}

async function expectUntouched(): Promise<void> {
  expect((await readdir(outside, { recursive: true })).sort()).toEqual(['kept.yaml', 'shop', 'shop/kept.yaml']);
  expect(await readFile(path.join(outside, 'kept.yaml'), 'utf8')).toBe('kept');
}

describe('a symbolic link in a workspace', () => {
  it('in the place of a folder leads nowhere', async () => {
    await link(outside, 'resources');
    const folder = openFolder(workspace);
    await expect(folder.read('resources/kept.yaml')).rejects.toMatchObject(refused);
    await expect(folder.read('resources/none.yaml')).rejects.toThrow(path.join(workspace, 'resources'));
    await expect(folder.write('resources/new.yaml', 'x')).rejects.toMatchObject(refused);
    await expect(folder.write('resources/shop/deep/new.yaml', 'x')).rejects.toMatchObject(refused);
    await expect(folder.remove('resources/kept.yaml')).rejects.toMatchObject(refused);
    await expect(folder.folder('resources').list()).rejects.toMatchObject(refused);
    await expect(folder.folder('resources/shop').list()).rejects.toMatchObject(refused);
    await expect(
      writePartsAtomic({ root: rootAt(workspace, 'refused'), path: 'resources/x' }, ['x']),
    ).rejects.toMatchObject(refused);
    await expectUntouched();
  });

  it('in the place of a file is not read or replaced, and only itself removed', async () => {
    await link(path.join(outside, 'kept.yaml'), 'index.json');
    const folder = openFolder(workspace);
    await expect(folder.read('index.json')).rejects.toMatchObject(refused);
    await expect(folder.write('index.json', 'x')).rejects.toMatchObject(refused);
    await folder.remove('index.json');
    expect(await readdir(workspace)).toEqual([]);
    await expectUntouched();
  });

  it('is refused also when it leads to nothing, or to another file of the workspace', async () => {
    await link(path.join(base, 'none'), 'reports');
    await writeFile(path.join(workspace, 'other'), 'x');
    await link('other', 'index.json');
    const folder = openFolder(workspace);
    await expect(folder.read('reports/x.json')).rejects.toMatchObject(refused);
    await expect(folder.write('reports/x.json', 'x')).rejects.toMatchObject(refused);
    await expect(folder.read('index.json')).rejects.toMatchObject(refused);
    expect(existsSync(path.join(base, 'none'))).toBe(false);
  });

  it('may be the workspace itself, and its parents', async () => {
    await symlink(base, path.join(base, 'again'));
    const given = path.join(base, 'again', 'workspace');
    await symlink(given, path.join(base, 'given'));
    const folder = openFolder(path.join(base, 'given'));
    await folder.write('reports/x.json', 'x');
    expect(await folder.read('reports/x.json')).toBe('x');
    expect(await folder.list()).toEqual(['reports/x.json']);
  });

  it('is listed, so that a manifest behind it is refused and not left out', async () => {
    await link(path.join(outside, 'kept.yaml'), 'manifest.yaml');
    await link(outside, 'more');
    execFileSync('mkfifo', [path.join(workspace, 'pipe.yaml')]);
    const folder = openFolder(workspace);
    expect(await folder.list()).toEqual(['manifest.yaml', 'more', 'pipe.yaml']);
    for (const name of ['manifest.yaml', 'pipe.yaml']) await expect(folder.read(name)).rejects.toMatchObject(refused);
  });

  it('does not lead staging elsewhere', async () => {
    await link(outside, 'failures');
    await mkdir(path.join(outside, '.tmp-staging'));
    await expect(stagingIn(workspace)(['resources/shop'])).rejects.toMatchObject(refused);
    expect(await readdir(outside)).toContain('.tmp-staging');
  });

  it('is not published over, kept or followed when the folders before are removed', async () => {
    await link(outside, 'resources');
    const staging = await stagingIn(workspace)(['resources']);
    await staging.put('resources/new.yaml', 'x');
    await expect(staging.keep('resources/kept.yaml')).rejects.toMatchObject(refused);
    await expect(staging.publish()).rejects.toMatchObject(refused);
    await staging.discard();
    await rm(path.join(workspace, 'resources'));
    await mkdir(path.join(workspace, 'resources'));
    await link(outside, 'resources', 'shop');
    const again = await stagingIn(workspace)(['resources']);
    await again.publish();
    expect(await openFolder(workspace).list()).toEqual([]);
    await expectUntouched();
  });

  it('is itself removed from a tree', async () => {
    await mkdir(path.join(workspace, 'a/b'), { recursive: true });
    await writeFile(path.join(workspace, 'a/b/file'), '');
    await link(outside, 'a/b/link');
    await link('a', 'top');
    const root = rootAt(workspace, 'refused');
    await removeTree({ root, path: 'top' });
    expect(existsSync(path.join(workspace, 'a/b/file'))).toBe(true);
    await removeTree({ root, path: 'a' });
    await removeTree({ root, path: 'a' });
    expect(await readdir(workspace)).toEqual([]);
    await expectUntouched();
  });

  it('that takes turns with a folder never leads outside', async () => {
    const swapping = spawn(process.execPath, ['-e', swapper, workspace, outside], { stdio: 'ignore' });
    try {
      while (!existsSync(path.join(workspace, 'started'))) await sleep(5);
      const folder = openFolder(workspace);
      const endings = new Set<string>();
      for (let round = 0; round < 400; round += 1) {
        const ending = await folder.write(`reports/${String(round)}.json`, 'x').then(
          () => 'written',
          (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
        );
        endings.add(ending);
        const text = await folder.read('reports/kept.yaml').catch(() => undefined);
        expect(text).toBeUndefined();
      }
      expect(endings).toContain('written');
      expect([...endings].filter((code) => !['written', 'invalid-file', 'io-broke'].includes(code))).toEqual([]);
      await expectUntouched();
    } finally {
      swapping.kill();
    }
  });
});

const swapper = `
const { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const [, workspace, outside] = process.argv;
process.chdir(workspace);
mkdirSync('folder');
symlinkSync(outside, 'link');
writeFileSync('started', '');
for (;;) {
  renameSync('folder', 'reports');
  renameSync('reports', 'folder');
  renameSync('link', 'reports');
  renameSync('reports', 'link');
}
`;

describe('without /proc/self/fd', () => {
  it.each(['refused', 'within'] as const)('links are found before they are used: %s', async (links) => {
    await link(outside, 'resources');
    const root: Root = rootAt(workspace, links, false);
    await expect(readPlace({ root, path: 'resources/kept.yaml' })).rejects.toMatchObject(refused);
    await expect(writeFileAtomic({ root, path: 'resources/new.yaml' }, 'x')).rejects.toMatchObject(refused);
    await writeFileAtomic({ root, path: 'a/b' }, 'x');
    expect((await readPlace({ root, path: 'a/b' })).toString()).toBe('x');
    await removeTree({ root, path: 'a' });
    await removeTree({ root, path: 'resources' }).catch(() => undefined);
    await expectUntouched();
  });
});

describe('a mounted ConfigMap or Secret', () => {
  beforeEach(async () => {
    // As the kubelet's AtomicWriter makes it.
    await mkdir(path.join(workspace, '..2026_11_28', 'more'), { recursive: true });
    await writeFile(path.join(workspace, '..2026_11_28', 'patch.yaml'), 'patch');
    await writeFile(path.join(workspace, '..2026_11_28', 'more', 'deep.yaml'), 'deep');
    await link('..2026_11_28', '..data');
    await link('..data/patch.yaml', 'patch.yaml');
    await link('..data/more', 'more');
  });

  it('is read by the names of its files', async () => {
    const folder = openInputFolder(workspace);
    expect(await folder.list()).toEqual(['more/deep.yaml', 'patch.yaml']);
    expect(await folder.read('patch.yaml')).toBe('patch');
    expect(await folder.read('more/deep.yaml')).toBe('deep');
    expect(await folder.read('none.yaml')).toBeUndefined();
    expect(await openInputFolder(path.join(workspace, 'patch.yaml')).read('')).toBe('patch');
  });

  it('is not left by a link', async () => {
    const folder = openInputFolder(workspace);
    await link(path.join(base, 'none'), 'dangling.yaml');
    await link('.', 'circle');
    expect(await folder.list()).toContain('patch.yaml');
    await link(path.join(outside, 'kept.yaml'), 'kept.yaml');
    await link(outside, 'all');
    await expect(folder.read('kept.yaml')).rejects.toMatchObject(refused);
    await expect(folder.read('all/kept.yaml')).rejects.toMatchObject(refused);
    await expect(folder.list()).rejects.toMatchObject(refused);
  });
});

describe('other files than regular ones', () => {
  it.each([openFolder, openInputFolder])('is not read: %o', async (open) => {
    execFileSync('mkfifo', [path.join(workspace, 'fifo')]);
    await mkdir(path.join(workspace, 'folder'));
    for (const name of ['fifo', 'folder']) {
      const folder = open(workspace);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(folder.read(name)).rejects.toMatchObject(refused);
      }
    }
    await expect(openFolder(workspace).write('fifo', 'x')).rejects.toMatchObject(refused);
    expect(await open(workspace).list()).toEqual(['fifo']);
  });

  it('is not read where links are followed', async () => {
    execFileSync('mkfifo', [path.join(workspace, 'fifo')]);
    await expect(readInput(path.join(workspace, 'fifo'))).rejects.toMatchObject(refused);
    await link('/dev/zero', 'zero');
    await expect(readInput(path.join(workspace, 'zero'))).rejects.toMatchObject(refused);
    await expect(openInputFolder(workspace).read('zero')).rejects.toMatchObject(refused);
    await link('fifo', 'other');
    await expect(openInputFolder(workspace).read('other')).rejects.toMatchObject(refused);
  });

  it('includes a file above the limit, and not one of some tens of MB', async () => {
    const read = createReader();
    const place = { root: rootAt(workspace, 'refused'), path: 'large' };
    await writeFile(path.join(workspace, 'large'), '');
    expect(await read(place)).toBe('');
    await truncate(path.join(workspace, 'large'), 40 * 1024 * 1024);
    expect((await read(place)).length).toBe(40 * 1024 * 1024);
    await truncate(path.join(workspace, 'large'), largestFile + 1);
    await expect(read(place)).rejects.toMatchObject(refused);
    await expect(readPlace(place)).rejects.toMatchObject(refused);
  });
});
