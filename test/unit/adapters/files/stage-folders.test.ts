import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { rootAt } from '../../../../src/adapters/files/place.ts';
import { sha256Of } from '../../../../src/adapters/files/digest.ts';
import { stagingIn } from '../../../../src/adapters/files/stage-folders.ts';
import { writePartsAtomic } from '../../../../src/adapters/files/write-parts.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'crane-tasks-staging-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const folders = ['resources/shop', 'failures/shop'];

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))).sort();
}

describe('staged folders', () => {
  it('replace the old ones as a whole, and nothing beside them', async () => {
    await mkdir(path.join(root, 'resources/shop'), { recursive: true });
    await writeFile(path.join(root, 'resources/shop/old.yaml'), 'old');
    await mkdir(path.join(root, 'resources/other'));
    await writeFile(path.join(root, 'resources/other/kept.yaml'), 'kept');
    const staging = await stagingIn(root)(folders);
    await staging.put('resources/shop/new.yaml', 'new');
    await staging.put('resources/shop/dropped.yaml', 'dropped');
    await staging.remove('resources/shop/dropped.yaml');
    expect(await filesBelow('resources')).toEqual(['resources/other/kept.yaml', 'resources/shop/old.yaml']);
    await staging.publish();
    expect(await filesBelow('')).toEqual(['resources/other/kept.yaml', 'resources/shop/new.yaml']);
  });

  it('have folders of their own, and take along what is to be kept', async () => {
    await mkdir(path.join(root, 'resources/shop/deep'), { recursive: true });
    await writeFile(path.join(root, 'resources/shop/deep/old.yaml'), 'old');
    await writeFile(path.join(root, 'resources/shop/deep/notes.txt'), 'notes');
    const staging = await stagingIn(root, 'reports')(['resources']);
    await staging.put('resources/shop/_cluster/new.yaml', 'new');
    await staging.keep('resources/shop/deep/notes.txt');
    await staging.publish();
    expect(await filesBelow('')).toEqual(['resources/shop/_cluster/new.yaml', 'resources/shop/deep/notes.txt']);
    expect(await readFile(path.join(root, 'resources/shop/deep/notes.txt'), 'utf8')).toBe('notes');
  });

  it('leave everything as it was when they are discarded', async () => {
    const staging = await stagingIn(root)(folders);
    await staging.put('resources/shop/new.yaml', 'new');
    await staging.discard();
    expect(await filesBelow('')).toEqual([]);
  });

  it('begin without what an interrupted run left', async () => {
    const interrupted = await stagingIn(root)(folders);
    await interrupted.put('resources/shop/half.yaml', 'half');
    const staging = await stagingIn(root)(folders);
    await staging.publish();
    expect(await filesBelow('')).toEqual([]);
  });

  it('hold many files', async () => {
    const staging = await stagingIn(root)(folders);
    const names = Array.from({ length: 100 }, (_, index) => `resources/shop/${String(index)}.yaml`);
    await Promise.all(names.map((name) => staging.put(name, name)));
    await staging.publish();
    expect(await filesBelow('resources')).toEqual([...names].sort());
  });

  it('name the file that cannot be written and its size', async () => {
    const staging = await stagingIn(root)(folders);
    await expect(staging.put(`resources/shop/${'x'.repeat(300)}`, 'four')).rejects.toMatchObject({
      code: 'io-broke',
    });
    await expect(staging.put('resources/missing/x', 'four')).rejects.toThrow(/resources\/missing\/x \(4 bytes\)/);
  });
});

describe('a file written from pieces', () => {
  it('is the pieces, with their digest', async () => {
    const parts = Array.from({ length: 3000 }, (_, index) => `${'é'.repeat(100)}${String(index)}`);
    const digest = await writePartsAtomic({ root: rootAt(root, 'refused'), path: 'file' }, parts);
    const text = await readFile(path.join(root, 'file'), 'utf8');
    expect(text).toBe(parts.join(''));
    expect(digest).toBe(sha256Of(text));
    expect(await filesBelow('')).toEqual(['file']);
  });

  it('is not there when a piece fails, nor is a part of it', async () => {
    function* failing(): Generator<string> {
      yield 'x'.repeat(500_000);
      throw new Error('no more');
    }
    await writeFile(path.join(root, 'file'), 'before');
    await expect(writePartsAtomic({ root: rootAt(root, 'refused'), path: 'file' }, failing())).rejects.toThrow(
      /no more/,
    );
    expect(await filesBelow('')).toEqual(['file']);
    expect(await readFile(path.join(root, 'file'), 'utf8')).toBe('before');
  });
});
