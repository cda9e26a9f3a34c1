import { mkdir, mkdtemp, readdir, readlink, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createPrivateFolder } from '../../../../src/adapters/processes/private-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'private-folder-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

it('keeps files from other users, and replaces them whole', async () => {
  const folder = await createPrivateFolder(root);
  await folder.write('below/auth.json', 'first');
  await folder.write('below/auth.json', 'second');
  expect(await readFile(folder.pathOf('below/auth.json'), 'utf8')).toBe('second');
  expect((await stat(folder.pathOf('below/auth.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder.pathOf('.'))).mode & 0o777).toBe(0o700);
  expect(await readdir(folder.pathOf('below'))).toEqual(['auth.json']);
});

it('leaves nothing behind', async () => {
  const folder = await createPrivateFolder(root);
  await folder.write('auth.json', 'x');
  await folder.remove();
  expect(await readdir(root)).toEqual([]);
});

it('takes away what a killed run left, and nothing of those that live or of others', async () => {
  const living = await createPrivateFolder(root);
  const mark = path.basename(living.pathOf('.'));
  const namespace = /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? '';
  const dead = `crane-tasks-${namespace}-4194305-AbCdEf`;
  const foreign = 'crane-tasks-1-4194305-AbCdEf';
  const open = `crane-tasks-${namespace}-4194305-UvWxYz`;
  for (const name of [dead, foreign]) await mkdir(path.join(root, name, 'below'), { recursive: true, mode: 0o700 });
  await mkdir(path.join(root, open), { mode: 0o755 });
  const next = await createPrivateFolder(root);
  const expected = [mark, foreign, open, path.basename(next.pathOf('.'))];
  expect((await readdir(root)).sort()).toEqual(expected.sort());
});

it('says where it could not write', async () => {
  await expect(createPrivateFolder(path.join(root, 'gone'))).rejects.toMatchObject({ code: 'io-broke' });
  const folder = await createPrivateFolder(root);
  await folder.write('file', 'x');
  await expect(folder.write('file/below', 'x')).rejects.toMatchObject({ code: 'io-broke' });
});
