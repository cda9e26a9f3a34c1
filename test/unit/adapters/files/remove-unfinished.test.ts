import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { removeUnfinished } from '../../../../src/adapters/files/remove-unfinished.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'unfinished-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

it('removes what nobody has written for a minute, and nothing else', async () => {
  await mkdir(path.join(root, 'below'));
  const longAgo = new Date(Date.now() - 61_000);
  for (const name of ['below/.tmp-old', 'below/.tmp-new', 'below/kept']) {
    await writeFile(path.join(root, name), 'x');
    if (!name.endsWith('new')) await utimes(path.join(root, name), longAgo, longAgo);
  }
  await symlink('kept', path.join(root, 'below/.tmp-link'));
  await removeUnfinished(root);
  expect((await readdir(path.join(root, 'below'))).sort()).toEqual(['.tmp-link', '.tmp-new', 'kept']);
});

it('finds nothing in a folder that is not there', async () => {
  await removeUnfinished(path.join(root, 'none'));
  expect(await readdir(root)).toEqual([]);
});
