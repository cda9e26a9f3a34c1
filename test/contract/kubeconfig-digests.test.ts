import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { moveStages, type MoveSettings } from '../../src/usecases/migrate/move-stages.ts';
import { foldersIn } from './task-files.ts';

const contextParams = ['context', 'source-context', 'dest-context', 'destination-context'];
const generator = 'crane-kubeconfig-generator';
const digestParam = 'kubeconfig-digest';

interface PipelineTask {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Tasks of a Pipeline that read the kubeconfig which the generators wrote. */
function readersIn(pipeline: unknown): readonly PipelineTask[] {
  return [...arrayAt(pipeline, 'spec', 'tasks'), ...arrayAt(pipeline, 'spec', 'finally')]
    .filter((task) => arrayAt(task, 'workspaces').some((bound) => stringAt(bound, 'name') === 'kubeconfig'))
    .filter((task) => stringAt(task, 'taskRef', 'name') !== generator)
    .map((task) => {
      const params = arrayAt(task, 'params').map((param) => [stringAt(param, 'name'), stringAt(param, 'value')]);
      return { name: stringAt(task, 'name') ?? '', params: Object.fromEntries(params) as PipelineTask['params'] };
    });
}

/** Contexts that a task is given, source first. */
function contextsOf(params: Readonly<Record<string, string>>): readonly string[] {
  const named = contextParams.map((name) => params[name] ?? '').filter((context) => context !== '');
  return [...new Set(named)].sort().reverse();
}

const pipelines = foldersIn('pipelines').map((name) => {
  const pipeline: unknown = load(readFileSync(`pipelines/${name}/${name}.yaml`, 'utf8'));
  return [name, readersIn(pipeline)] as const;
});

describe.each(pipelines)('Pipeline %s', (_name, readers) => {
  it.each(readers.map((task) => [task.name, task] as const))('gives %s the digests of its contexts', (_task, task) => {
    const expected = contextsOf(task.params).map((side) => `$(tasks.${side}-kubeconfig.results.${digestParam})`);
    expect(expected).not.toEqual([]);
    expect(task.params[digestParam]).toBe(expected.join(','));
  });
});

describe('crane-migrate', () => {
  const side = { registryInternal: '', registryPublic: '', namespace: 'shop' };
  const common = {
    registries: '',
    allowProblems: '',
    allowForbidden: '',
    ifExists: 'fail',
    referrers: 'true',
    allowUnready: '',
  };
  const folders = { work: '/work', kubeconfig: '/work/kubeconfig', caBundle: '' };
  const settingsWith = (secrets: boolean, kubeconfigDigest: string): MoveSettings => ({
    ...common,
    verify: true,
    readyTimeout: 1,
    kubeconfigDigest,
    source: { ...side, context: 'source', secret: secrets ? 'a' : '' },
    destination: { ...side, context: 'destination', secret: secrets ? 'b' : '' },
  });
  const digestsOf = (settings: MoveSettings, resultOf: (stage: string, result: string) => string) =>
    moveStages(settings, folders)
      .map(({ name, flags }) => ({ name, flags: flags(resultOf) }))
      .filter(({ name, flags }) => 'kubeconfig' in flags && !name.endsWith('-kubeconfig'));

  it('gives each task the digests of its contexts', () => {
    const stages = digestsOf(settingsWith(true, ''), (stage, result) => `${stage} ${result}`);
    expect(stages.length).toBeGreaterThan(4);
    for (const { name, flags } of stages) {
      const expected = contextsOf(flags).map((context) => `${context}-kubeconfig ${digestParam}`);
      expect(flags[digestParam], name).toBe(expected.join(','));
    }
  });

  it('gives each task the digests that its user gave, for contexts of a kubeconfig', () => {
    const stages = digestsOf(settingsWith(false, 'one,two'), () => '');
    for (const { name, flags } of stages) expect(flags[digestParam], name).toBe('one,two');
  });
});
