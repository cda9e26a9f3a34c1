import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openFolder } from '../../../../src/adapters/files/local-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'folder-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('a local folder', () => {
  it('writes files that only their owner reads, below folders that only their owner enters', async () => {
    await openFolder(root).write('a/b.yaml', 'x: 1\n');
    expect((await stat(join(root, 'a/b.yaml'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'a'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(root, 'a'))).toEqual(['b.yaml']);
  });

  it('leaves an identical file alone and replaces another', async () => {
    const folder = openFolder(root);
    await folder.write('f', 'one');
    const first = await stat(join(root, 'f'));
    await folder.write('f', 'one');
    expect((await stat(join(root, 'f'))).ino).toBe(first.ino);
    await folder.write('f', 'two');
    expect(await readFile(join(root, 'f'), 'utf8')).toBe('two');
  });

  it('lists files and links sorted, without unfinished files', async () => {
    await mkdir(join(root, 'b'));
    for (const name of ['b/2', 'a', 'b/.tmp-1']) await writeFile(join(root, name), '');
    await symlink('/etc/passwd', join(root, 'link'));
    expect(await openFolder(root).list()).toEqual(['a', 'b/2', 'link']);
  });

  it('is empty when it does not exist', async () => {
    const folder = openFolder(join(root, 'none'));
    expect(await folder.list()).toEqual([]);
    expect(await folder.read('x')).toBeUndefined();
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', '..', 'a\0b'])('refuses the path %j', (path) => {
    expect(() => openFolder(root).folder(path)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('names path, size and remedy when a file cannot be written', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(openFolder(root).write('file/below', 'abc')).rejects.toMatchObject({
      code: 'io-broke',
      message: expect.stringContaining('below (3 bytes)') as string,
    });
  });

  it('removes a file, and nothing when there is none', async () => {
    const folder = openFolder(root);
    await folder.write('f', 'x');
    await folder.remove('f');
    await folder.remove('f');
    expect(await folder.list()).toEqual([]);
  });
});
