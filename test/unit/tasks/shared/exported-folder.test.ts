import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openExported, readPart } from '../../../../src/tasks/shared/exported-folder.ts';

let workspace: string;
const chart = () => join(workspace, 'app-chart.tar.gz');

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'crane-tasks-exported-'));
});
afterEach(() => rm(workspace, { recursive: true }));

describe('the chart of an exported application', () => {
  it('is read', async () => {
    await writeFile(chart(), 'chart');
    expect((await readPart(chart())).toString()).toBe('chart');
  });

  it.each(['/dev/zero', '/etc/hostname', 'other', 'nowhere'])('is not read through a link to %s', async (target) => {
    await writeFile(join(workspace, 'other'), 'other');
    await symlink(target, chart());
    await expect(readPart(chart())).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('is not awaited from a FIFO', async () => {
    execFileSync('mkfifo', [chart()]);
    await expect(readPart(chart())).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('the folder of a release', () => {
  it('is the workspace, or its folder of that name', async () => {
    await mkdir(join(workspace, 'web'));
    await writeFile(join(workspace, 'web/values.yaml'), 'a: b');
    expect((await openExported(workspace, 'web')).path).toBe(join(workspace, 'web'));
    await writeFile(join(workspace, 'values.yaml'), 'a: b');
    expect((await openExported(workspace, 'web')).path).toBe(workspace);
  });

  it('is no link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'crane-tasks-outside-'));
    await writeFile(join(outside, 'values.yaml'), 'canary: outside');
    await symlink(outside, join(workspace, 'web'));
    const folder = await openExported(workspace, 'web');
    await expect(folder.read('values.yaml')).rejects.toMatchObject({ code: 'invalid-file' });
    await rm(outside, { recursive: true });
  });
});
