import { existsSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { commandsOnly } from '../../scripts/forms/commands-only.ts';
import { arrayAt, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { AnyTask, Param } from '../../src/runtime/define-task.ts';
import { version } from '../../src/runtime/version.ts';
import { findTask } from '../../src/tasks/index.ts';
import { catalog } from '../../src/tasks/shared/catalog.ts';
import { foldersIn, loadDefinitions, readTask } from './task-files.ts';

const definitions = await loadDefinitions();
const tasks = definitions.filter((task) => !commandsOnly.has(task.name));
/** Tasks of several steps, whose first and last ones are programs of their own. */
const withSteps = new Set(definitions.flatMap(({ stepOf }) => stepOf?.task ?? []));

describe('the list of tasks', () => {
  it('says of each task what its definition says, in the order of a move', () => {
    expect(catalog).toEqual(
      definitions.map(({ name, aliases, summary, family, stage, internal, recovery }) => {
        return { name, aliases, summary, family, stage, internal, recovery };
      }),
    );
  });

  it('loads each task by its name and its aliases, from the folder of its family', async () => {
    for (const { name, aliases, family } of definitions) {
      expect(existsSync(`src/tasks/${family}/${name}/task.ts`), name).toBe(true);
      for (const word of [name, ...aliases]) expect((await findTask(word)?.())?.name).toBe(name);
    }
    expect(findTask('crane')).toBeUndefined();
  });

  it('has a folder below tasks/ for each Task, and no other folder', () => {
    expect(foldersIn('tasks')).toEqual(tasks.map((task) => task.name).sort());
  });

  it('carries one version in package.json, the programs and the labels', () => {
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(valueAt(manifest, 'version')).toBe(version);
  });
});

describe.each(tasks.map((task) => [task.name, task] as const))('Task %s', (name, task) => {
  const manifest = readTask(name);

  it('is a tekton.dev/v1 Task of that name with the labels and annotations of a catalog', () => {
    expect(manifest).toMatchObject({ apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name } });
    expect(valueAt(manifest, 'metadata', 'labels', 'app.kubernetes.io/version')).toBe(version);
    for (const key of ['pipelines.minVersion', 'categories', 'tags', 'displayName', 'platforms']) {
      expect(stringAt(manifest, 'metadata', 'annotations', `tekton.dev/${key}`), key).toMatch(/\S/);
    }
  });

  it('declares params with names, defaults and descriptions of the definition', () => {
    expect(arrayAt(manifest, 'spec', 'params').map(normalised)).toEqual(
      Object.entries(task.params).map(([param, definition]) => expectedParam(param, definition)),
    );
  });

  it('declares workspaces with names, options and descriptions of the definition', () => {
    expect(arrayAt(manifest, 'spec', 'workspaces').map(normalised)).toEqual(
      Object.entries(task.workspaces).map(([workspace, { description, optional, readOnly, mountPath }]) => ({
        name: workspace,
        description,
        ...(optional === true ? { optional } : {}),
        ...(readOnly === true ? { readOnly } : {}),
        ...(mountPath === undefined ? {} : { mountPath }),
      })),
    );
  });

  it('declares results of the definition', () => {
    expect(arrayAt(manifest, 'spec', 'results').map(normalised)).toEqual(
      Object.entries(task.results).map(([result, description]) => ({ name: result, type: 'string', description })),
    );
  });
});

const withOneStep = tasks.filter(({ name }) => !withSteps.has(name));

describe.each(withOneStep.map((task) => [task.name, task] as const))('the step of Task %s', (name, task) => {
  const manifest = readTask(name);
  const step = valueAt(manifest, 'spec', 'steps', 0);

  it('passes each param and workspace as one argument of its own', () => {
    expect(arrayAt(step, 'args')).toEqual(expectedArgs(task));
  });

  it('runs one step without script, as an arbitrary user, under the restricted policy', () => {
    expect(arrayAt(manifest, 'spec', 'steps')).toHaveLength(1);
    expect(valueAt(step, 'script')).toBeUndefined();
    expect(valueAt(step, 'command')).toEqual(['crane-tasks']);
    expect(valueAt(step, 'securityContext')).toEqual(restricted);
    expect(JSON.stringify(manifest)).not.toContain('runAsUser');
  });

  it('gives the step resources, and HOME and TMPDIR on emptyDirs', () => {
    expect(stringAt(step, 'computeResources', 'requests', 'cpu')).toMatch(/^\d+m$/);
    expect(stringAt(step, 'computeResources', 'requests', 'memory')).toMatch(/^\d+Mi$/);
    expect(valueAt(step, 'env')).toEqual([
      { name: 'HOME', value: '/crane-tasks/home' },
      { name: 'TMPDIR', value: '/crane-tasks/tmp' },
    ]);
    expect(valueAt(step, 'volumeMounts')).toEqual([
      { name: 'home', mountPath: '/crane-tasks/home' },
      { name: 'tmp', mountPath: '/crane-tasks/tmp' },
    ]);
    expect(valueAt(manifest, 'spec', 'volumes')).toEqual([
      { name: 'home', emptyDir: {} },
      { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    ]);
  });

  it('bounds the time of its step where no size of an application makes it longer', () => {
    expect(valueAt(step, 'timeout')).toBe(stepTimeouts[name]);
  });

  it('pins the image by a tag that is the version', () => {
    expect(stringAt(step, 'image')).toMatch(/^ghcr\.io\/crane-tasks\/(?:task|helm)-runner:/);
    expect(stringAt(step, 'image')?.split(':')[1]).toBe(version);
  });
});

/** Longer than all requests of such a task together are asked again. How long others take depends on what is moved. */
const stepTimeouts: Readonly<Record<string, string>> = {
  'crane-cluster-contexts': '10m',
  'crane-kubeconfig-generator': '10m',
  'crane-kustomize-init': '30m',
  'crane-summary': '10m',
  'oc-registry-info': '10m',
};

const restricted: JsonObject = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

function expectedParam(name: string, param: Param): JsonObject {
  const base = { name, type: 'string', description: param.description };
  return param.default === undefined ? base : { ...base, default: String(param.default) };
}

function expectedArgs(task: AnyTask): readonly string[] {
  return [
    task.name,
    ...Object.keys(task.params).map((param) => `--${param}=$(params.${param})`),
    ...Object.entries(task.workspaces).map(([name, { flag }]) => `--${flag}=$(workspaces.${name}.path)`),
    '--results-dir=/tekton/results',
  ];
}

/** Folded YAML text ends with a newline and holds single line breaks; neither is part of what is said. */
function normalised(entry: unknown): JsonObject {
  const description = stringAt(entry, 'description') ?? '';
  return { ...(typeof entry === 'object' ? entry : {}), description: description.trimEnd() };
}
