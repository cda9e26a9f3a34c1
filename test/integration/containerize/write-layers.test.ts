import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeTree, makeFileTree } from '../../builders/file-tree.ts';
import { buildLocalLayers, saveLayer } from '../../builders/layers.ts';
import { localReader } from '../../fakes/local-reader.ts';

const paths = ['/app-library'];
let work: string;

async function folderAt(name: string): Promise<string> {
  const folder = join(work, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'write-layers-'));
  await makeFileTree(await folderAt('root'));
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe('layers of files of every kind', () => {
  it('are unpacked by GNU tar to what they were made of', async () => {
    const built = await buildLocalLayers(localReader(join(work, 'root'), true), await folderAt('scratch'), { paths });
    const target = await folderAt('unpacked');
    for (const layer of built.layers) {
      const file = join(work, 'layer.tar.gz');
      await saveLayer(layer, file);
      await execa('tar', ['-xpf', file, '--xattrs', '--xattrs-include=*', '--same-owner', '-C', target]);
    }
    expect(built.inconsistent).toEqual([]);
    expect(await describeTree(target, ...paths)).toEqual(await describeTree(join(work, 'root'), ...paths));
    await built.close();
    expect(await readdir(join(work, 'scratch'))).toEqual([]);
  });
});
