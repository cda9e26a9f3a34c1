import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildListedImage } from '../../scripts/images/build-images.ts';
import { ownPlatform } from '../../scripts/images/programs-of-platform.ts';
import { makeFolder } from '../builders/command.ts';
import { unpackImage } from '../builders/image-root.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  const { layout } = await buildListedImage('task-runner', ownPlatform);
  await unpackImage(layout, join(folder.path, 'root'));
});

afterAll(() => folder.remove());

describe('the programs of the task image', () => {
  const arbitrary = '1000680000';
  const run = (program: string, ...args: readonly string[]) =>
    execa('chroot', [`--userspec=${arbitrary}:0`, join(folder.path, 'root'), program, ...args], {
      env: { PATH: '/usr/local/bin:/usr/bin:/usr/sbin', HOME: '/tmp' },
      extendEnv: false,
    });

  // ssh ends at once for a user without a name.
  it.each([
    ['/usr/bin/ssh', '-G', 'git.example.test'],
    ['/usr/bin/git', '--version'],
    ['/usr/bin/skopeo', '--version'],
    ['/usr/local/bin/kustomize', 'version'],
    ['/usr/local/bin/crane-tasks', '--version'],
  ])('start as an unknown user: %s', async (program, ...args) => {
    expect((await run(program, ...args)).stdout).not.toBe('');
  });
});
