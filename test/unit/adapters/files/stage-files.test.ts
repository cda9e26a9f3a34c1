import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { stageFiles } from '../../../../src/adapters/files/stage-files.ts';
import { makeFolder } from '../../../builders/command.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => folder.remove());

async function put(text: string): Promise<void> {
  const staged = await stageFiles(folder.path, 'web');
  await staged.write('a', text);
  await staged.write('b', text);
  await staged.publish(['a', 'b']);
}

async function contents(): Promise<readonly string[]> {
  const names = (await readdir(join(folder.path, 'web'))).sort();
  return Promise.all(names.map(async (name) => `${name}=${await readFile(join(folder.path, 'web', name), 'utf8')}`));
}

describe('stageFiles', () => {
  it('replaces files together and keeps others', async () => {
    await put('1');
    await writeFile(join(folder.path, 'web/mine'), 'kept');
    await put('2');
    expect(await contents()).toEqual(['a=2', 'b=2', 'mine=kept']);
    expect(await readdir(folder.path)).toEqual(['web']);
  });

  it('shows nothing before, and removes all when discarded', async () => {
    const staged = await stageFiles(folder.path, 'web');
    await writeFile(staged.pathOf('a'), 'x');
    expect(await readdir(folder.path)).not.toContain('web');
    await staged.discard();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('publishes nothing when a file is missing or cannot be replaced', async () => {
    await put('1');
    const staged = await stageFiles(folder.path, 'web');
    await staged.write('a', '2');
    expect((await thrownBy(() => staged.publish(['a', 'b']))).code).toBe('io-broke');
    expect(await contents()).toEqual(['a=1', 'b=1']);
    await mkdir(join(folder.path, 'web/c'));
    await staged.write('c', '2');
    expect((await thrownBy(() => staged.publish(['a', 'c']))).code).toBe('invalid-file');
    await staged.discard();
    expect(await readFile(join(folder.path, 'web/a'), 'utf8')).toBe('1');
  });

  it('completes what a killed run had begun to move', async () => {
    await put('1');
    await mkdir(join(folder.path, '.tmp-files-ready/web'), { recursive: true });
    await writeFile(join(folder.path, '.tmp-files-ready/web/b'), '2');
    await writeFile(join(folder.path, 'web/a'), '2');
    const staged = await stageFiles(folder.path, 'other');
    expect(await contents()).toEqual(['a=2', 'b=2']);
    await staged.discard();
    expect(await readdir(folder.path)).toEqual(['web']);
  });

  it('removes what killed runs staged long ago, and not what others stage now', async () => {
    const [old, recent] = [`.tmp-files-${'0'.repeat(16)}`, `.tmp-files-${'1'.repeat(16)}`];
    for (const name of [old, recent]) await mkdir(join(folder.path, name));
    await utimes(join(folder.path, old), 1, 1);
    await put('1');
    expect((await readdir(folder.path)).sort()).toEqual([recent, 'web']);
  });
});
