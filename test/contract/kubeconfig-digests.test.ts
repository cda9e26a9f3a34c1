import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
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

// Its kubeconfig comes from the user, or it is the service account of the pod.
const pipelines = foldersIn('pipelines')
  .filter((name) => name !== 'app-push')
  .map((name) => {
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
