import { readFileSync } from 'node:fs';

import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { foldersIn, readManifest, readTask } from './task-files.ts';

/** What holds or checks credentials, or rules of the user: never on the way of data. */
const credentials = new Set([
  'kubeconfig',
  'registry-auth',
  'chart-auth',
  'ca-bundle',
  'credentials',
  'sealing-key',
  'bindings',
  // Rules that a user wrote, in a ConfigMap.
  'mapping',
  'patches',
  'craneconfig',
]);

/** What a Pipeline cannot work without, besides its volume. */
const needed: ReadonlyMap<string, readonly string[]> = new Map([['app-push', ['s3-connection']]]);

/** crane-runner names a folder of its own for what its transform left out: optional, and nothing reads it later. */
const alsoWritten: ReadonlyMap<string, string> = new Map([
  ['crane-transform', 'ignored-patches'],
  // Buildpacks keep their cache from run to run, the source is of one run.
  ['buildpacks-build', 'cache'],
]);

/** What a Task writes besides, since it does the work of several. */
const severalWritten: ReadonlyMap<string, readonly string[]> = new Map([
  ['crane-export-plan', ['export']],
  ['crane-manifests', ['transform', 'apply', 'ignored-patches']],
]);

/** Claims of an application that a Pipeline can read without its pod. */
const alsoRead: ReadonlyMap<string, readonly string[]> = new Map([['app-portable-image', ['library', 'files']]]);

/** They only ask clusters. */
const onlyAsk = new Set(['oc-registry-info']);

/** They write a kubeconfig, and put no credential into it. */
const writeKubeconfigs = new Set(['crane-kubeconfig-generator', 'crane-cluster-contexts']);

const pipelines = foldersIn('pipelines');

function isOptional(workspace: unknown): boolean {
  return valueAt(workspace, 'optional') === true;
}

function isReadOnly(workspace: unknown): boolean {
  return valueAt(workspace, 'readOnly') === true;
}

function nameOf(workspace: unknown): string {
  return stringAt(workspace, 'name') ?? '';
}

describe.each(foldersIn('tasks'))('Task %s', (task) => {
  const workspaces = arrayAt(readTask(task), 'spec', 'workspaces');

  it('writes to one workspace at most, and mounts all others read-only', () => {
    const written = workspaces.filter(
      (workspace) =>
        !isReadOnly(workspace) &&
        nameOf(workspace) !== alsoWritten.get(task) &&
        severalWritten.get(task)?.includes(nameOf(workspace)) !== true,
    );
    expect(written.length, written.map(nameOf).join()).toBe(onlyAsk.has(task) ? 0 : 1);
    for (const workspace of workspaces.filter((each) => nameOf(each) === alsoWritten.get(task)))
      expect(isOptional(workspace)).toBe(true);
  });

  it('takes credentials from workspaces of their own, read-only and optional', () => {
    const own = workspaces.filter((each) => credentials.has(nameOf(each)) && !writeKubeconfigs.has(task));
    for (const workspace of own) {
      expect(isReadOnly(workspace), nameOf(workspace)).toBe(true);
      expect(isOptional(workspace), nameOf(workspace)).toBe(true);
    }
  });

  it('is shown with a single volume, each workspace in a folder of its own', () => {
    for (const sample of loadAll(readFileSync(`tasks/${task}/samples/taskrun.yaml`, 'utf8'))) {
      const bound = arrayAt(sample, 'spec', 'workspaces').filter(isObject);
      const onVolumes = bound.filter((workspace) => !('secret' in workspace) && !('configMap' in workspace));
      const volumes = onVolumes.map(
        (workspace) => stringAt(workspace, 'persistentVolumeClaim', 'claimName') ?? 'empty',
      );
      expect(new Set(volumes).size).toBe(1);
      const folders = onVolumes.map((workspace) => stringAt(workspace, 'subPath') ?? '');
      expect(new Set(folders).size).toBe(folders.length);
    }
  });
});

describe.each(pipelines)('Pipeline %s', (name) => {
  const pipeline = readManifest(`pipelines/${name}/${name}.yaml`);
  const tasks = ['tasks', 'finally'].flatMap((list) => arrayAt(pipeline, 'spec', list));

  it('asks for one volume, and for nothing else that it cannot do without', () => {
    const declared = arrayAt(pipeline, 'spec', 'workspaces');
    expect(declared.filter((workspace) => !isOptional(workspace)).map(nameOf)).toEqual([
      'shared-data',
      ...(needed.get(name) ?? []),
    ]);
    const others = declared.filter(isOptional).map(nameOf);
    expect(others.filter((other) => !credentials.has(other))).toEqual(alsoRead.get(name) ?? []);
  });

  it.each(tasks.map((task) => [stringAt(task, 'name') ?? '', task] as const))(
    'gives %s folders of that volume, each its own, and no other volume to write to',
    (_, task) => {
      const declared = arrayAt(readTask(stringAt(task, 'taskRef', 'name') ?? ''), 'spec', 'workspaces');
      const bound = arrayAt(task, 'workspaces');
      const elsewhere = bound.filter((each) => stringAt(each, 'workspace') !== 'shared-data').map(nameOf);
      const writable = declared.filter((workspace) => !isReadOnly(workspace)).map(nameOf);
      expect(writable.filter((workspace) => elsewhere.includes(workspace))).toEqual([]);
      const known = [...(needed.get(name) ?? []), ...(alsoRead.get(name) ?? [])];
      expect(elsewhere.filter((each) => !credentials.has(each) && !known.includes(each))).toEqual([]);
      const folders = bound
        .filter((each) => stringAt(each, 'workspace') === 'shared-data')
        .map((each) => stringAt(each, 'subPath') ?? '');
      expect(new Set(folders).size).toBe(folders.length);
    },
  );
});
