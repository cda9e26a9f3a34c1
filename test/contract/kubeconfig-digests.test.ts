import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { foldersIn } from './task-files.ts';

const contextParams = ['context', 'source-context', 'dest-context', 'destination-context'];
const digestParam = 'kubeconfig-digest';

/** The Tasks that write a kubeconfig, with the reference to the digest of a context. */
const generators: Readonly<Record<string, (side: string) => string>> = {
  'crane-cluster-contexts': (side) => `$(tasks.contexts.results.${side}-kubeconfig-digest)`,
  'crane-kubeconfig-generator': (side) => `$(tasks.${side}-kubeconfig.results.kubeconfig-digest)`,
};

interface PipelineTask {
  readonly name: string;
  readonly task: string;
  readonly params: Readonly<Record<string, string>>;
}

function tasksOf(pipeline: unknown): readonly PipelineTask[] {
  return [...arrayAt(pipeline, 'spec', 'tasks'), ...arrayAt(pipeline, 'spec', 'finally')]
    .filter((task) => arrayAt(task, 'workspaces').some((bound) => stringAt(bound, 'name') === 'kubeconfig'))
    .map((task) => {
      const params = arrayAt(task, 'params').map((param) => [stringAt(param, 'name'), stringAt(param, 'value')]);
      const name = stringAt(task, 'name') ?? '';
      return {
        name,
        task: stringAt(task, 'taskRef', 'name') ?? '',
        params: Object.fromEntries(params) as PipelineTask['params'],
      };
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
    const tasks = tasksOf(load(readFileSync(`pipelines/${name}/${name}.yaml`, 'utf8')));
    const [digestOf] = tasks.flatMap(({ task }) => generators[task] ?? []);
    return { name, digestOf, readers: tasks.filter(({ task }) => generators[task] === undefined) };
  });

describe.each(pipelines)('Pipeline $name', ({ digestOf, readers }) => {
  it.each(readers)('gives $name the digests of its contexts', ({ params }) => {
    const expected = contextsOf(params).map((side) => digestOf?.(side));
    expect(expected).not.toEqual([]);
    expect(params[digestParam]).toBe(expected.join(','));
  });
});
