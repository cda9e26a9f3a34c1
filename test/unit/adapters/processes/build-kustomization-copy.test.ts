import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { copyKustomization } from '../../../../src/adapters/processes/build-kustomization.ts';
import { createPrivateFolder, type PrivateFolder } from '../../../../src/adapters/processes/private-folder.ts';
import { makeFolder } from '../../../builders/command.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let source: Awaited<ReturnType<typeof makeFolder>>;
let folder: PrivateFolder;

beforeEach(async () => {
  source = await makeFolder();
  folder = await createPrivateFolder();
});

afterEach(async () => {
  await folder.remove();
  await source.remove();
});

function copy(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  const checked = { path: source.path, files: new Map(Object.entries(files)) };
  return copyKustomization(checked, { folder, name: 'copy' });
}

describe('the copy of a kustomization', () => {
  it('has the texts that were checked, and the bytes of the other files', async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    await mkdir(join(source.path, 'sub'));
    await writeFile(join(source.path, 'sub/data.bin'), bytes);
    await writeFile(join(source.path, 'kustomization.yaml'), 'RESOURCES: []\n');
    await copy({ 'kustomization.yaml': 'resources: []\n', 'sub/data.bin': undefined });
    expect(await readFile(folder.pathOf('copy/kustomization.yaml'), 'utf8')).toBe('resources: []\n');
    expect(await readFile(folder.pathOf('copy/sub/data.bin'))).toEqual(bytes);
    expect((await stat(folder.pathOf('copy/sub/data.bin'))).mode & 0o077).toBe(0);
  });

  it('follows no link', async () => {
    await symlink('/etc/hostname', join(source.path, 'link'));
    expect((await thrownBy(() => copy({ link: undefined }))).code).toBe('invalid-file');
  });

  it('follows no link in the place of a folder', async () => {
    const outside = await makeFolder();
    await writeFile(join(outside.path, 'data.bin'), 'outside');
    await symlink(outside.path, join(source.path, 'sub'));
    const error = await thrownBy(() => copy({ 'sub/data.bin': undefined }));
    await outside.remove();
    expect(error.code).toBe('invalid-file');
  });

  it.each(['pipe', 'absent', 'folder'])('takes no %s for a file, and does not wait for it', async (name) => {
    await execa('/usr/bin/env', ['mkfifo', join(source.path, 'pipe')]);
    await mkdir(join(source.path, 'folder'));
    expect((await thrownBy(() => copy({ [name]: undefined }))).code).toBe('invalid-file');
  });
});
