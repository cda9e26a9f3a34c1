import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { copyGolden, goldenPath, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';

const golden = 'transform/openshift-shop';
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

async function transform(environment: Record<string, string> = {}) {
  const [flags, pairs] = await Promise.all(
    ['flags.json', 'registry-replacement.txt'].map((name) => readFile(join(goldenPath(golden), name), 'utf8')),
  );
  const args = [`--optional-flags=${flags ?? ''}`, `--registry-replacement=${pairs ?? ''}`];
  return runTaskCommand(['crane-transform', ...args], { cwd: folder.path, environment });
}

describe('transforming and rendering an OpenShift application', () => {
  beforeEach(() => copyGolden(`${golden}/export`, join(folder.path, 'export')));

  it('gives the known files, byte for byte', async () => {
    expect((await transform()).results).toMatchObject({
      'resource-count': '36',
      'patched-count': '21',
      'whiteout-count': '15',
      status: 'succeeded',
    });
    expect(await readTree(join(folder.path, 'transform'))).toEqual(await readTree(goldenPath(`${golden}/transform`)));
    const applied = await runTaskCommand(['crane-apply'], { cwd: folder.path });
    expect(applied.results).toMatchObject({ 'written-count': '21', 'skipped-count': '15', status: 'succeeded' });
    expect(await readTree(join(folder.path, 'output'))).toEqual(await readTree(goldenPath(`${golden}/output`)));
  });

  it('gives the same bytes again, whatever language and time zone the process has', async () => {
    await transform();
    const first = await readTree(join(folder.path, 'transform'));
    await transform({ LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Apia' });
    expect(await readTree(join(folder.path, 'transform'))).toEqual(first);
  });

  it('leaves the export alone', async () => {
    await transform();
    expect(await readTree(join(folder.path, 'export'))).toEqual(await readTree(goldenPath(`${golden}/export`)));
  });

  it('is reported resource by resource, with who left one out and why', async () => {
    await transform();
    const report: unknown = JSON.parse(
      await readFile(join(folder.path, 'transform/reports/crane-transform.json'), 'utf8'),
    );
    expect(report).toMatchObject({ counts: { planned: 36, done: 21, skipped: 15, failed: 0 } });
    expect(report).toHaveProperty(
      'items',
      expect.arrayContaining([
        {
          id: 'apps/v1 ReplicaSet shop/web-5d4f',
          outcome: 'skipped',
          reason: 'whiteout',
          message: 'left out by KubernetesPlugin: made again from Deployment web',
          evidence: { file: 'resources/shop/ReplicaSet_apps_v1_shop_web-5d4f.yaml', plugin: 'KubernetesPlugin' },
        },
      ]),
    );
  });
});
