import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { formFiles, formsFolder } from '../../scripts/forms/files.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { foldersIn, loadTaskNames, readManifest, readTask } from './task-files.ts';

interface Way {
  readonly resolver: string;
  readonly param: string;
  readonly expected: (task: string) => JsonObject;
}

const tasks = await loadTaskNames();
const pipelines = foldersIn('pipelines');

/** How Pipelines of a form find a Task, and the param that tells where. */
const ways: Readonly<Record<'cluster-resolver' | 'bundles', Way>> = {
  'cluster-resolver': {
    resolver: 'cluster',
    param: 'tasks-namespace',
    expected: (task) => ({ kind: 'task', name: task, namespace: '$(params.tasks-namespace)' }),
  },
  bundles: {
    resolver: 'bundles',
    param: 'bundle-repository',
    expected: (task) => ({ bundle: `$(params.bundle-repository)/${task}:${version}`, kind: 'task', name: task }),
  },
};

describe.each(tasks)('the ClusterTask %s', (name) => {
  const clusterTask = readManifest(`forms/cluster-tasks/tasks/${name}.yaml`);

  it('differs from its Task in the API version, the kind and the name of the resources of a container', () => {
    expect(clusterTask).toMatchObject({ apiVersion: 'tekton.dev/v1beta1', kind: 'ClusterTask' });
    const text = JSON.stringify({ ...clusterTask, apiVersion: 'tekton.dev/v1', kind: 'Task' });
    expect(JSON.parse(text.replaceAll('"resources":{"requests"', '"computeResources":{"requests"'))).toEqual(
      readTask(name),
    );
    expect(text).not.toContain('computeResources');
  });

  it('is installed with the others', () => {
    expect(arrayAt(readManifest('forms/cluster-tasks/kustomization.yaml'), 'resources')).toContain(
      `tasks/${name}.yaml`,
    );
  });
});

describe.each(pipelines)('the forms of Pipeline %s', (name) => {
  const original = readManifest(`pipelines/${name}/${name}.yaml`);
  const names = taskRefsOf(original).map((taskRef) => stringAt(taskRef, 'name') ?? '');

  it('name ClusterTasks in the form for old Tektons, and differ in nothing else', () => {
    const legacy = readManifest(`forms/cluster-tasks/pipelines/${name}.yaml`);
    expect(taskRefsOf(legacy)).toEqual(names.map((task) => ({ name: task, kind: 'ClusterTask' })));
    expect(withoutRefs({ ...legacy, apiVersion: 'tekton.dev/v1' })).toEqual(withoutRefs(original));
  });

  it.each(['cluster-resolver', 'bundles'] as const)(
    'find Tasks elsewhere in the form %s, by one more param, and differ in nothing else',
    (form) => {
      const { resolver, param, expected } = ways[form];
      const manifest = readManifest(`forms/${form}/pipelines/${name}.yaml`);
      const refs = taskRefsOf(manifest);
      expect(refs.map((ref) => stringAt(ref, 'resolver'))).toEqual(names.map(() => resolver));
      expect(refs.map(paramsOf)).toEqual(names.map(expected));
      const params = arrayAt(manifest, 'spec', 'params');
      expect(params.at(-1)).toMatchObject({ name: param, type: 'string' });
      const same = { ...manifest, spec: { ...specOf(manifest), params: params.slice(0, -1) } };
      expect(withoutRefs(same)).toEqual(withoutRefs(original));
      expect(JSON.stringify(manifest)).not.toContain('ClusterTask');
    },
  );
});

describe('the folder of the forms', () => {
  it('holds what follows from the Tasks and Pipelines, byte for byte', async () => {
    for (const [path, text] of await formFiles(tasks)) expect(readFileSync(path, 'utf8'), path).toBe(text);
  });

  it('includes the account of the runs in each form', () => {
    for (const form of ['cluster-tasks', 'cluster-resolver', 'bundles']) {
      const resources = arrayAt(readManifest(`${formsFolder}/${form}/kustomization.yaml`), 'resources');
      expect(resources).toEqual(
        expect.arrayContaining(['account.yaml', ...pipelines.map((p) => `pipelines/${p}.yaml`)]),
      );
    }
  });
});

function taskRefsOf(pipeline: JsonObject): readonly unknown[] {
  return ['tasks', 'finally'].flatMap((list) =>
    arrayAt(pipeline, 'spec', list).map((task) => valueAt(task, 'taskRef')),
  );
}

function withoutRefs(pipeline: JsonObject): unknown {
  return JSON.parse(
    JSON.stringify(pipeline, (key, value: unknown) => (key === 'taskRef' ? undefined : value)),
  ) as unknown;
}

function paramsOf(taskRef: unknown): JsonObject {
  return Object.fromEntries(
    arrayAt(taskRef, 'params').map((param) => [stringAt(param, 'name') ?? '', valueAt(param, 'value')]),
  );
}

function specOf(object: JsonObject): JsonObject {
  return isObject(object['spec']) ? object['spec'] : {};
}
