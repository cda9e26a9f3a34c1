import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openFolder } from '../../../src/adapters/files/local-folder.ts';
import type { AnyTask } from '../../../src/runtime/define-task.ts';
import { runTask } from '../../../src/runtime/run-task.ts';
import { findTask, loadTasks } from '../../../src/tasks/index.ts';
import { aStream, digest } from '../../builders/image-plan.ts';
import { startSmallApi, type SmallApi } from '../../fakes/small-api.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';

const tasks = await loadTasks();
const readers = tasks.filter(({ workspaces }) => workspaces['kubeconfig']?.readOnly === true);
const otherDigest = `sha256:${'0'.repeat(64)}`;
/** What tasks need to get as far as their cluster. */
const needed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'app-publish': { registry: 'partner' },
  'app-push': { app: 'shop', image: 'r.example/shop/web:1', routes: 'shop.example' },
  plan: { 'source-namespace': 'shop' },
  'crane-migrate': { 'source-context': 'source', 'destination-context': 'source' },
  'kubectl-scale-down': { 'resource-type': 'deployment' },
  'crane-skopeo-sync': {
    'source-context': 'source',
    'source-registry-public': 's.example',
    'destination-registry-public': 'r.example',
    'destination-namespace': 'shop',
  },
  'crane-image-sync': {
    'src-internal-registry-url': 'registry.internal:5000',
    'src-public-registry-url': 's.example',
    'dest-public-registry-url': 'r.example',
  },
};
let api: SmallApi;
let folder: string;

beforeAll(async () => {
  api = await startSmallApi();
  folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-digest-'));
  // Stands for the kubectl that renders a kustomization, before the cluster is connected.
  await writeFile(
    path.join(folder, 'kubectl'),
    '#!/bin/sh\nfor a; do case $a in --output=*) : > "${a#*=}";; esac; done\n',
  );
  await chmod(path.join(folder, 'kubectl'), 0o700);
});
afterAll(async () => {
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a task with the least that it takes. Returns how it ended. */
async function run(task: AnyTask, digest: string) {
  const place = await mkdtemp(path.join(folder, `${task.name}-`));
  const flags: Record<string, string> = {};
  for (const [name, param] of Object.entries(task.params)) if (param.default === undefined) flags[name] = 'source';
  for (const [name, { flag, optional }] of Object.entries(task.workspaces)) {
    if (optional !== true) await mkdir((flags[flag] = path.join(place, name)));
  }
  await writeInputs(flags);
  const results = path.join(place, 'results');
  await mkdir(results);
  const silent = () => undefined;
  const lines: string[] = [];
  const exitCode = await runTask(
    task,
    { ...flags, ...needed[task.name], kubeconfig: api.kubeconfig, 'kubeconfig-digest': digest },
    {
      log: { redactor: new Redactor(), debug: silent, info: silent, warn: silent, progress: silent, item: silent },
      signal: new AbortController().signal,
      findTask,
      environment: { HOME: place, PATH: folder },
      now: Date.now,
      version: '0',
      nodeVersion: '0',
      resultsFolder: openFolder(results),
      openFolder,
      stdout: silent,
      output: undefined,
      end: (text) => lines.push(text),
    },
  );
  return { exitCode, status: await openFolder(results).read('status'), text: lines.join('') };
}

const pushed = aStream('web', { 1: { items: [`registry.internal:5000/shop/web@${digest('a')}`] } });
const inputs: Readonly<Record<string, readonly [string, object]>> = {
  'output-dir': ['map.yaml', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' } }],
  'skopeo-dir': ['source.yaml', { 's.example': { images: { 'a/b': ['1'] } } }],
  'export-dir': ['resources/stream.yaml', pushed],
  'kustomize-dir': ['kustomization.yaml', {}],
};

async function writeInputs(flags: Readonly<Record<string, string>>): Promise<void> {
  for (const [flag, [name, content]] of Object.entries(inputs)) {
    const place = flags[flag];
    if (place === undefined) continue;
    await mkdir(path.dirname(path.join(place, name)), { recursive: true });
    await writeFile(path.join(place, name), JSON.stringify(content));
  }
}

describe('every task that reads a kubeconfig from a workspace', () => {
  it('is one of these', () => {
    expect(readers.length).toBeGreaterThan(10);
  });

  it.each(readers.map((task) => [task.name, task] as const))('takes the digest of it: %s', (_name, { params }) => {
    expect(params['kubeconfig-digest']).toMatchObject({ type: 'string', default: '', list: true });
  });

  it.each(readers.map((task) => [task.name, task] as const))('refuses another one: %s', async (_name, task) => {
    api.answer({});
    const end = await run(task, otherDigest);
    expect(api.asked).toEqual([]);
    expect(end, end.text).toMatchObject({ exitCode: 2, status: 'kubeconfig-refused' });
  });
});
