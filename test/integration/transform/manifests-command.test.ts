import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { programPath } from '../../../testbed/clusters/programs.ts';
import { copyGolden, makeFolder, readTree } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';

const environment = { PATH: [dirname(programPath('kubectl')), process.env['PATH'] ?? ''].join(delimiter) };
const mapping = '--namespace-mapping=shop=store';
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  await copyGolden('transform/openshift-shop/export', join(folder.path, 'one', 'export'));
  await copyGolden('transform/openshift-shop/export', join(folder.path, 'three', 'export'));
});

afterEach(() => folder.remove());

function run(place: 'one' | 'three', task: string, ...args: readonly string[]) {
  return runTaskHere([task, ...args], { cwd: join(folder.path, place), environment });
}

async function reportOf(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder.path, 'one', path), 'utf8'));
}

describe('crane-manifests', () => {
  it('writes the same bytes as its three tasks, and a report of each', async () => {
    const own = await run(
      'one',
      'crane-manifests',
      '--output-dir=apply',
      mapping,
      '--source-namespace=shop',
      '--namespace=store',
    );
    expect([own.exitCode, own.results['status']]).toEqual([0, 'succeeded']);
    const transformed = await run('three', 'crane-transform', mapping);
    const rendered = await run('three', 'crane-apply', '--output-dir=apply');
    await run('three', 'crane-kustomize-init', '--output-dir=apply', '--source-namespace=shop', '--namespace=store');
    for (const name of ['transform', 'apply', 'kustomize']) {
      const [one, three] = await Promise.all(['one', 'three'].map((place) => readTree(join(folder.path, place, name))));
      expect(Object.keys(one ?? {}).length, name).toBeGreaterThan(0);
      expect(one, name).toEqual(three);
    }
    expect(own.results).toMatchObject({
      'transform-digest': transformed.results['transform-digest'],
      'whiteout-count': transformed.results['whiteout-count'],
      'index-digest': rendered.results['index-digest'],
      'written-count': rendered.results['written-count'],
    });
    expect(await reportOf('kustomize/reports/crane-manifests.json')).toMatchObject({
      status: 'succeeded',
      items: [
        { id: 'transform (crane-transform)', outcome: 'done' },
        { id: 'apply (crane-apply)', outcome: 'done' },
        { id: 'kustomize-init (crane-kustomize-init)', outcome: 'done' },
      ],
    });
    expect(await reportOf('transform/reports/crane-transform.json')).toMatchObject({ counts: { planned: 36 } });
  });

  it('ends with the code of the task that failed, and starts none after it', async () => {
    const wrong = `sha256:${'0'.repeat(64)}`;
    const { exitCode, results, ending } = await run(
      'one',
      'crane-manifests',
      '--output-dir=apply',
      `--index-digest=${wrong}`,
    );
    expect([exitCode, results['status']]).toEqual([2, 'invalid-file']);
    expect(ending).toContain('transform: ');
    expect(existsSync(join(folder.path, 'one', 'apply'))).toBe(false);
  });

  it('is incomplete when one of its tasks is, with its message and remedy', async () => {
    const patches = join(folder.path, 'patches');
    await mkdir(patches);
    await writeFile(
      join(patches, 'a.yaml'),
      'target: {kind: ConfigMap, name: gone}\npatch:\n- {op: remove, path: /data}\n',
    );
    const { exitCode, results } = await run('one', 'crane-manifests', '--output-dir=apply', `--patches-dir=${patches}`);
    expect([exitCode, results['status']]).toEqual([4, 'incomplete']);
    expect(await reportOf('kustomize/reports/crane-manifests.json')).toMatchObject({
      message: expect.stringContaining('transform: ') as unknown,
      items: [
        { outcome: 'failed', reason: 'incomplete' },
        { outcome: 'failed', reason: 'not-run' },
        { outcome: 'failed', reason: 'not-run' },
      ],
    });
  });
});
