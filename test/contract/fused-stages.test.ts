import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { moveStages } from '../../src/usecases/migrate/move-stages.ts';

const side = { registryInternal: '', registryPublic: '' };
const stages = moveStages(
  {
    source: { ...side, context: 'source', secret: 'source-cluster', namespace: 'shop' },
    destination: { ...side, context: 'destination', secret: 'destination-cluster', namespace: 'shop' },
    ...{
      registries: '',
      allowProblems: 'import-failed',
      allowForbidden: '',
      ifExists: 'fail',
      referrers: 'true',
      verify: true,
      readyTimeout: 120,
      allowUnready: '',
      kubeconfigDigest: '',
    },
  },
  { work: '/work', kubeconfig: '/work/kubeconfig', caBundle: '/ca' },
);
const pipeline: unknown = load(readFileSync('pipelines/crane-app-migration/crane-app-migration.yaml', 'utf8'));
const tasks = arrayAt(pipeline, 'spec', 'tasks').map((task) => ({
  name: stringAt(task, 'name') ?? '',
  task: stringAt(task, 'taskRef', 'name'),
  params: arrayAt(task, 'params').map((param) => stringAt(param, 'name') ?? ''),
}));

describe('crane-migrate and the Pipeline crane-app-migration', () => {
  it('run the same tasks under the same names', () => {
    expect(stages.map(({ name, task }) => ({ name, task }))).toEqual(tasks.map(({ name, task }) => ({ name, task })));
  });

  it.each(tasks)('give $name the same params', ({ name, params }) => {
    const flags = stages.find((stage) => stage.name === name)?.flags(() => '');
    expect(Object.keys(flags ?? {})).toEqual(expect.arrayContaining(params));
  });

  it('let the plan of images accept problems, and give it to the transformation', () => {
    const flagsOf = (name: string) => stages.find((stage) => stage.name === name)?.flags((_task, result) => result);
    expect(flagsOf('image-sync-gen')).toMatchObject({ 'allow-problems': 'import-failed' });
    expect(flagsOf('transform')).toMatchObject({ 'plan-digest': 'plan-digest', 'skopeo-dir': '/work/skopeo' });
  });

  it('name only stages that there are', () => {
    const names = stages.map(({ name }) => name);
    expect(stages.flatMap(({ after }) => after).filter((name) => !names.includes(name))).toEqual([]);
  });
});
