import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findProgram } from '../../../../src/adapters/processes/build-kustomization.ts';
import { makeFolder } from '../../../builders/command.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ['first', 'second', 'third/tool']) await mkdir(join(folder.path, name), { recursive: true });
  await writeFile(join(folder.path, 'first/tool'), '');
  await writeFile(join(folder.path, 'second/tool'), '');
  await chmod(join(folder.path, 'second/tool'), 0o755);
});

afterEach(() => folder.remove());

describe('a program on the PATH', () => {
  it('is the first file that can be run', async () => {
    const searchPath = ['', '.', 'first', ...['third', 'first', 'second'].map((name) => join(folder.path, name))];
    expect(await findProgram('tool', searchPath.join(':'))).toBe(join(folder.path, 'second/tool'));
  });

  it.each(['', '/nonexistent', '.'])('is missing on %j', async (searchPath) => {
    expect((await thrownBy(() => findProgram('tool', searchPath))).code).toBe('program-missing');
  });
});
