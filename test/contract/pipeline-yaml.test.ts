import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { foldersIn, readManifest, readTask } from './task-files.ts';

const pipelines = foldersIn('pipelines');

describe.each(pipelines)('Pipeline %s', (name) => {
  const manifest = readManifest(`pipelines/${name}/${name}.yaml`);
  const declared = namesOf(manifest, 'spec', 'params');
  const steps = [...arrayAt(manifest, 'spec', 'tasks'), ...arrayAt(manifest, 'spec', 'finally')];
  const text = JSON.stringify(manifest);

  it('is a tekton.dev/v1 Pipeline of that name and version', () => {
    expect(manifest).toMatchObject({ apiVersion: 'tekton.dev/v1', kind: 'Pipeline', metadata: { name } });
    expect(valueAt(manifest, 'metadata', 'labels', 'app.kubernetes.io/version')).toBe(version);
  });

  it('is installed with the others', () => {
    expect(arrayAt(readManifest('pipelines/kustomization.yaml'), 'resources')).toContain(`${name}/${name}.yaml`);
  });

  it('uses each of its params and declares each one it uses', () => {
    const used = [...text.matchAll(/\$\(params\.([\w-]+)\)/g)].map((match) => match[1] ?? '');
    expect([...new Set(used)].sort()).toEqual([...declared].sort());
  });

  it('describes params, workspaces and results', () => {
    for (const field of ['params', 'workspaces', 'results']) {
      for (const entry of arrayAt(manifest, 'spec', field)) expect(stringAt(entry, 'description')).toMatch(/\S/);
    }
  });

  it.each(steps.map((step) => [stringAt(step, 'name') ?? '', step] as const))(
    'wires %s as its Task declares',
    (_, step) => {
      const task = readTask(stringAt(step, 'taskRef', 'name') ?? '');
      const given = namesOf(step, 'params');
      expect(namesOf(task, 'spec', 'params')).toEqual(expect.arrayContaining([...given]));
      expect(given).toEqual(expect.arrayContaining([...requiredParams(task)]));
      const bound = namesOf(step, 'workspaces');
      expect(namesOf(task, 'spec', 'workspaces')).toEqual(expect.arrayContaining([...bound]));
      expect(bound).toEqual(expect.arrayContaining([...requiredWorkspaces(task)]));
      for (const workspace of arrayAt(step, 'workspaces')) {
        expect(namesOf(manifest, 'spec', 'workspaces')).toContain(stringAt(workspace, 'workspace'));
      }
    },
  );

  it('requires what a task requires and a param alone gives', () => {
    const optional = arrayAt(manifest, 'spec', 'params').filter((each) => stringAt(each, 'default') === '');
    const names = optional.map((each) => stringAt(each, 'name') ?? '');
    const wrong = steps.flatMap((step) => {
      const needed = requiredParams(readTask(stringAt(step, 'taskRef', 'name') ?? ''));
      return arrayAt(step, 'params').flatMap((each) => {
        const from = /^\$\(params\.([\w-]+)\)$/.exec(stringAt(each, 'value') ?? '')?.[1] ?? '';
        return needed.includes(stringAt(each, 'name') ?? '') && names.includes(from) ? [from] : [];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('gives each task whose step has a time limit one that leaves time for its pod to start', () => {
    const limits = steps.map((step) => {
      const own = stringAt(readTask(stringAt(step, 'taskRef', 'name') ?? ''), 'spec', 'steps', 0, 'timeout');
      return [minutes(stringAt(step, 'timeout')), own === undefined ? undefined : (minutes(own) ?? 0) + 10];
    });
    expect(limits.map(([given]) => given)).toEqual(limits.map(([, wanted]) => wanted));
    expect(limits.flatMap(([given]) => given ?? []).length).toBeGreaterThan(0);
  });

  it('lets its plan of images accept problems, as the remedy says', () => {
    const plans = steps.filter((step) => stringAt(step, 'taskRef', 'name') === 'crane-export-plan');
    for (const step of plans) expect(namesOf(step, 'params')).toContain('allow-problems');
    expect(declared.includes('allow-problems')).toBe(plans.length > 0);
  });

  it('reads only results that the named Task declares', () => {
    for (const [, step = '', result = ''] of text.matchAll(/\$\(tasks\.([\w-]+)\.results\.([\w-]+)\)/g)) {
      const found = steps.find((candidate) => stringAt(candidate, 'name') === step);
      const task = readTask(stringAt(found, 'taskRef', 'name') ?? '');
      expect(namesOf(task, 'spec', 'results'), `${step}.${result}`).toContain(result);
    }
  });
});

function minutes(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Number(/^(\d+)m$/.exec(duration)?.[1]);
}

function namesOf(value: unknown, ...path: readonly string[]): readonly string[] {
  return arrayAt(value, ...path).map((entry) => stringAt(entry, 'name') ?? '');
}

function requiredParams(task: JsonObject): readonly string[] {
  return arrayAt(task, 'spec', 'params')
    .filter((param) => valueAt(param, 'default') === undefined)
    .map((param) => stringAt(param, 'name') ?? '');
}

function requiredWorkspaces(task: JsonObject): readonly string[] {
  return arrayAt(task, 'spec', 'workspaces')
    .filter((workspace) => valueAt(workspace, 'optional') !== true)
    .map((workspace) => stringAt(workspace, 'name') ?? '');
}
