import { TaskError } from '../../../domain/core/errors.ts';
import type { Side } from '../../../pipelines/definition/define-pipeline.ts';
import type { ProcessRun } from '../../../pipelines/runnable-stages.ts';
import type { ValuesOf, TaskContext } from '../../../runtime/define-task.ts';
import type { Move } from '../../../usecases/migrate/migrate-application.ts';
import type { migrateParams } from './params.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { runInside } from '../../../runtime/run-inside.ts';
import type { TaskEnd, TaskTexts } from '../../../domain/reports/report.ts';

type Values = ValuesOf<typeof migrateParams>;

type Paths = Pick<ProcessRun, 'sharedData' | 'mapping' | 'patches' | 'craneconfig'> &
  Readonly<Record<'kubeconfig' | 'ca-bundle', string | undefined>>;

const sides = ['source', 'destination'] as const satisfies readonly Side[];

/**
 * What the run of the pipeline gets: contexts that it makes of two Secrets, or contexts of a kubeconfig.
 * @throws TaskError `invalid-param` unless both clusters are given by a Secret, or both by a context
 */
export function processRunOf(params: Values, { kubeconfig, 'ca-bundle': caBundle, ...paths }: Paths): ProcessRun {
  const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value ?? '')]));
  const common = { params: texts, caBundle, ...paths };
  if (isBySecrets(params))
    return { ...common, contexts: { source: 'source', destination: 'destination' }, folders: {}, leftOut: {} };
  const results = { 'kubeconfig-digest': params['kubeconfig-digest'], 'cluster-uid': '' };
  return {
    ...common,
    contexts: { source: params['source-context'] ?? '', destination: params['destination-context'] ?? '' },
    folders: { kubeconfig: kubeconfig ?? '' },
    leftOut: { 'source-kubeconfig': results, 'destination-kubeconfig': results },
  };
}

export function moveOf(params: Values, { contexts }: ProcessRun): Move {
  return {
    source: { context: contexts.source, namespace: params['source-namespace'] },
    destination: { context: contexts.destination, namespace: params['destination-namespace'] },
  };
}

function isBySecrets(params: Values): boolean {
  const given = sides.map((side) => ({
    secret: params[`${side}-cluster-secret`] !== undefined,
    context: params[`${side}-context`] !== undefined,
  }));
  if (given.every(({ secret, context }) => secret && !context)) return true;
  if (given.every(({ secret, context }) => context && !secret)) return false;
  throw new TaskError('invalid-param', 'choosing the clusters: give both by a Secret, or both by a context', {
    remedy: 'Set source-cluster-secret and destination-cluster-secret, or source-context and destination-context.',
  });
}

export async function runStageTask(
  name: string,
  input: TaskTexts,
  stage: { readonly name: string; readonly context: TaskContext },
): Promise<TaskEnd> {
  const load = stage.context.findTask(name);
  if (load === undefined) throw new Error(`no task of a stage is named ${name}`);
  return runInside(await load(), input, { ...stage, openFolder });
}
