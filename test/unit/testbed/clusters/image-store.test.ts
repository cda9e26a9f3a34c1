import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { removeUnused } from '../../../../testbed/clusters/image-store.ts';

it('removes the images of a name that were not used for two days', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'image-store-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const digest = (digit: string): string => digit.repeat(16);
  const old = new Date(Date.now() - 49 * 3_600_000);
  for (const name of [`task-${digest('1')}`, `task-${digest('2')}`, `task-runner-${digest('3')}`, 'task-notes']) {
    await mkdir(join(folder, name, 'blobs'), { recursive: true });
    if (!name.endsWith('2')) await utimes(join(folder, name), old, old);
  }
  await removeUnused(folder, 'task');
  expect((await readdir(folder)).sort()).toEqual([`task-${digest('2')}`, 'task-notes', `task-runner-${digest('3')}`]);
});
