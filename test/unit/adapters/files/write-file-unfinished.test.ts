import { mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { rootAt } from '../../../../src/adapters/files/place.ts';
import { openFolder } from '../../../../src/adapters/files/local-folder.ts';
import { removeUnfinished } from '../../../../src/adapters/files/write-file.ts';

let root: string;
const [abandoned, fresh, foreign, link] = ['aaaa', 'bbbb', 'x', 'cccc'].map((text) => `.tmp-${text.repeat(4)}`);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'unfinished-'));
  const longAgo = new Date(Date.now() - 61_000);
  for (const name of [abandoned, fresh, foreign, 'kept']) {
    await writeFile(path.join(root, name ?? ''), 'x');
    if (name !== fresh) await utimes(path.join(root, name ?? ''), longAgo, longAgo);
  }
  await symlink('kept', path.join(root, link ?? ''));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

it('removes what was not written for a minute, and nothing else', async () => {
  await removeUnfinished({ root: rootAt(root, 'refused'), path: '' });
  expect((await readdir(root)).sort()).toEqual([fresh, foreign, link, 'kept'].sort());
});

it('comes with the first write into a folder', async () => {
  await openFolder(path.dirname(root)).folder(path.basename(root)).write('kept', 'x');
  expect(await readdir(root)).not.toContain(abandoned);
});

it('finds nothing in a folder that is not there', async () => {
  await removeUnfinished({ root: rootAt(root, 'refused'), path: 'none' });
  expect(await readdir(root)).toContain(abandoned);
});
