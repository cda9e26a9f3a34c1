import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sha256Of } from '../../../../src/adapters/files/digest.ts';
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

  it('gives the same files one after the other', async () => {
    await mkdir(join(root, 'b/c'), { recursive: true });
    for (const name of ['b/2', 'a', 'b/c/1', 'b/.tmp-1']) await writeFile(join(root, name), '');
    const files: string[] = [];
    for await (const file of openFolder(root).walk()) files.push(file);
    expect(files.sort()).toEqual(['a', 'b/2', 'b/c/1']);
  });

  it.each([
    ['', ['']],
    ['one', ['one']],
    ['one\ntwo\n', ['one', 'two', '']],
    [`${'ä€😀'.repeat(20_000)}\n${'x'.repeat(200_000)}\n\n`, ['ä€😀'.repeat(20_000), 'x'.repeat(200_000), '', '']],
  ])('reads a long file line by line, with its digest', async (text, lines) => {
    await writeFile(join(root, 'long'), text);
    const file = await openFolder(root).readLines('long');
    const read: string[] = [];
    for await (const line of file?.lines ?? []) read.push(line);
    expect(read).toEqual(lines);
    expect(file?.digest()).toBe(sha256Of(text));
  });

  it('reads lines of regular files only, and none of a file that is not there', async () => {
    await symlink('/etc/passwd', join(root, 'link'));
    await mkdir(join(root, 'folder'));
    const folder = openFolder(root);
    expect(await folder.readLines('none')).toBeUndefined();
    await expect(folder.readLines('link')).rejects.toThrow('symbolic link');
    await expect(folder.readLines('folder')).rejects.toThrow('expected a regular file, got a folder');
  });

  it('writes a long file from pieces, and replaces another', async () => {
    const folder = openFolder(root);
    await folder.write('a/f', 'old');
    const parts = ['one', '', 'x'.repeat(300_000), 'ä'];
    expect(await folder.writeParts('a/f', parts)).toBe(sha256Of(parts.join('')));
    expect(await folder.read('a/f')).toBe(parts.join(''));
    expect(await folder.writeParts('b/g', ['1'])).toBe(sha256Of('1'));
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
