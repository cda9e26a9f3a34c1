import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeFolder, readTree } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
  namespace: shop
spec:
  replicas: 1
  template:
    spec:
      containers:
      - image: a.example/web:1
        name: web
`;
const patches = `target:
  kind: Deployment
  labelSelector: app=web
patch:
- op: replace
  path: /spec/replicas
  value: 3
- op: replace
  path: /spec/template/spec/containers/0/image
  value: mine.example/web:2
---
target: {kind: ConfigMap, name: gone}
patch: |
  - op: remove
    path: /data
`;

beforeEach(async () => {
  folder = await makeFolder();
  await put('export/resources/shop/web.yaml', deployment);
  await put('patches/deep/web.yaml', patches);
});

afterEach(() => folder.remove());

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function run(task: string, ...args: readonly string[]) {
  return runTaskHere([task, ...args], { cwd: folder.path });
}

const transform = (): ReturnType<typeof run> =>
  run('crane-transform', '--patches-dir=patches', '--registry-replacement=a.example=b.example');

describe('patches of the user', () => {
  it('change the manifests, and win over the built-in plugins', async () => {
    expect((await transform()).results['ignored-count']).toBe('1');
    await run('crane-apply');
    const tree = await readTree(join(folder.path, 'output'));
    expect(tree['resources/shop/web.yaml']).toBe(
      deployment.replace('replicas: 1', 'replicas: 3').replace('a.example/web:1', 'mine.example/web:2'),
    );
  });

  it('that are for no resource make the run incomplete, and are named', async () => {
    const { exitCode, ending } = await transform();
    expect(exitCode).toBe(4);
    expect(ending).toContain('1 failed: patch deep/web.yaml#2 (patch-unused)');
    const report = await readFile(join(folder.path, 'transform/reports/crane-transform.json'), 'utf8');
    expect(report).toContain('no resource is what its target says');
  });

  it('that are malformed end the run before anything is written', async () => {
    await put('patches/bad.yaml', 'target: {kind: Deployment}\npatch: [{op: merge}]\n');
    const { exitCode, ending } = await transform();
    expect(exitCode).toBe(2);
    expect(ending).toMatch(/reading the patch bad.yaml#1: operation 0 is not valid by RFC 6902/);
    expect(await readTree(join(folder.path, 'transform'))).toEqual({});
  });

  it('must be there when their workspace is bound', async () => {
    await mkdir(join(folder.path, 'none'));
    expect((await run('crane-transform', '--patches-dir=none')).ending).toMatch(/there are none/);
  });
});

describe('the index of a transform folder', () => {
  const patchFile = 'transform/resources/shop/transform-web.yaml';

  it('makes crane-apply notice a file that is gone, and lets files be edited', async () => {
    await transform();
    await put(patchFile, '[]');
    expect((await run('crane-apply')).results['written-count']).toBe('1');
    await put(
      'transform/index.json',
      (await readFile(join(folder.path, 'transform/index.json'), 'utf8')).replaceAll('web', 'other'),
    );
    await put('export/resources/shop/other.yaml', deployment);
    const { exitCode, ending } = await run('crane-apply');
    expect(exitCode).toBe(4);
    expect(ending).toContain('(patch-failed)');
    await put('transform/resources/shop/.wh.other.yaml', '');
    expect((await run('crane-apply')).results['skipped-count']).toBe('1');
  });

  it('pins every file when its digest is given', async () => {
    const { results } = await transform();
    const pinned = (): ReturnType<typeof run> =>
      run('crane-apply', `--transform-digest=${results['transform-digest'] ?? ''}`);
    expect((await pinned()).results['written-count']).toBe('1');
    await put('transform/resources/shop/.wh.web.yaml', '');
    expect((await pinned()).results['written-count']).toBe('1');
    await put('export/resources/shop/other.yaml', deployment);
    expect((await pinned()).exitCode).toBe(4);
    await put(patchFile, '[]');
    expect((await pinned()).ending).toMatch(/transform-web.yaml is missing or was changed/);
    await put('transform/index.json', '{}');
    const { exitCode, results: refused } = await pinned();
    expect([exitCode, refused['status']]).toEqual([2, 'invalid-file']);
    expect((await run('crane-apply')).ending).toMatch(/schemaVersion: expected 1, got none/);
  });
});
