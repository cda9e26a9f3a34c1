import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, type JsonObject } from '../../../src/domain/core/json-object.ts';
import { makeFolder } from '../../builders/command.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { foldersIn, stepImages } from '../../contract/task-files.ts';

const forms: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['Tasks and Pipelines', ['tasks', 'pipelines'], ['Task', 'Pipeline']],
  ['the ClusterTasks', ['forms/cluster-tasks'], ['ClusterTask', 'Pipeline']],
  ['the cluster resolver', ['forms/cluster-resolver'], ['Pipeline']],
  ['the bundles', ['forms/bundles'], ['Pipeline']],
];

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  folder = await makeFolder();
  for (const part of ['tasks', 'pipelines', 'forms', 'kustomization.yaml', 'samples'])
    await cp(part, join(folder.path, part), { recursive: true });
});

afterAll(() => folder.remove());

/** What kubectl would apply from an overlay for a namespace and an image of one's own. */
async function build(parts: readonly string[]): Promise<readonly JsonObject[]> {
  const place = join(folder.path, 'samples/mine');
  await mkdir(place, { recursive: true });
  await cp('samples/install/image-fields.yaml', join(place, 'image-fields.yaml'));
  const overlay = {
    namespace: 'mine',
    resources: parts.map((part) => `../../${part}`),
    images: [
      { name: 'ghcr.io/crane-tasks/task-runner', newName: 'registry.test/mirror/runner', newTag: '7' },
      { name: 'ghcr.io/crane-tasks/helm-runner', newName: 'registry.test/mirror/helm', newTag: '7' },
      { name: 'ghcr.io/crane-tasks/transfer', newName: 'registry.test/mirror/transfer', newTag: '8' },
    ],
    configurations: ['image-fields.yaml'],
  };
  await writeFile(join(place, 'kustomization.yaml'), JSON.stringify(overlay));
  return kustomize(place);
}

async function kustomize(place: string): Promise<readonly JsonObject[]> {
  const { stdout } = await execa(programPath('kubectl'), ['kustomize', place]);
  return loadAll(stdout).filter(isObject);
}

describe.each(forms)('an overlay of %s', (_, parts, kinds) => {
  it('sets namespace and image of everything', async () => {
    const objects = await build(parts);
    expect([...new Set(objects.map(({ kind }) => String(kind)))]).toEqual(
      expect.arrayContaining([...kinds, 'Role', 'RoleBinding', 'ServiceAccount']),
    );
    for (const object of objects) expect(stringAt(object, 'metadata', 'namespace')).toBe('mine');
    const images = objects.flatMap(stepImages);
    expect(new Set(images)).toEqual(
      new Set(kinds.length === 2 ? ['registry.test/mirror/runner:7', 'registry.test/mirror/helm:7'] : []),
    );
  });

  it('sets the image of the helper pods wherever a param names it', async () => {
    const params = (await build(parts)).flatMap((object) => arrayAt(object, 'spec', 'params'));
    const named = params.filter((param) => stringAt(param, 'name') === 'transfer-image');
    expect(named.length).toBeGreaterThan(1);
    for (const param of named) expect(stringAt(param, 'default')).toBe('registry.test/mirror/transfer:8');
    const defaults = params.map((param) => stringAt(param, 'default') ?? '');
    expect(defaults.filter((value) => value.includes('/mirror/transfer'))).toHaveLength(named.length);
  });
});

describe('the kustomizations themselves', () => {
  it.each(['.', 'samples/install', 'forms/cluster-tasks', 'forms/cluster-resolver', 'forms/bundles', 'forms/roles'])(
    'build: %s',
    async (place) => {
      expect((await kustomize(join(folder.path, place))).length).toBeGreaterThan(3);
    },
  );

  it('include every Task and Pipeline', async () => {
    const names = (await kustomize(folder.path)).map((object) => stringAt(object, 'metadata', 'name'));
    expect(names).toEqual(expect.arrayContaining([...foldersIn('tasks'), ...foldersIn('pipelines')]));
  });
});
