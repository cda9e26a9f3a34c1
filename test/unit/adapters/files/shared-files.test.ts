import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { replaceSharedFiles } from '../../../../src/adapters/files/shared-files.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shared-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('files for other users', () => {
  it('replace those of the folder, byte for byte, and can be read by each user', async () => {
    await mkdir(join(folder, 'old'));
    await writeFile(join(folder, 'A'), 'old');
    await chmod(join(folder, 'A'), 0o600);
    await replaceSharedFiles(
      folder,
      new Map([
        ['A', 'x=1'],
        ['B', ''],
      ]),
    );
    expect((await readdir(folder)).sort()).toEqual(['A', 'B']);
    expect(await readFile(join(folder, 'A'), 'utf8')).toBe('x=1');
    expect((await stat(join(folder, 'A'))).mode & 0o777).toBe(0o644);
  });

  it('create their folder', async () => {
    await replaceSharedFiles(join(folder, 'a/b'), new Map([['A', '1']]));
    expect(await readdir(join(folder, 'a/b'))).toEqual(['A']);
  });

  it('are not written where a file is in the place of the folder', async () => {
    await writeFile(join(folder, 'file'), '');
    expect((await thrownBy(() => replaceSharedFiles(join(folder, 'file'), new Map()))).code).toBe('io-broke');
  });
});
