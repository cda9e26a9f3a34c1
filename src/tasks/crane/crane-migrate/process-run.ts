import { TaskError } from '../../../domain/core/errors.ts';
import type { Side } from '../../../pipelines/definition/define-pipeline.ts';
import type { ProcessRun } from '../../../pipelines/runnable-stages.ts';
import type { ValuesOf } from '../../../runtime/define-task.ts';
import { textsOf } from '../../shared/inner-tasks.ts';
import type { Move } from '../../../usecases/migrate/migrate-application.ts';
import type { migrateParams } from './params.ts';

type Values = ValuesOf<typeof migrateParams>;

type Paths = Pick<ProcessRun, 'sharedData' | 'mapping' | 'patches' | 'craneconfig'> &
  Readonly<Record<'kubeconfig' | 'ca-bundle', string | undefined>>;

const sides = ['source', 'destination'] as const satisfies readonly Side[];

/**
 * What the run of the pipeline gets: contexts that it makes of two Secrets, or contexts of a kubeconfig.
 * @throws TaskError `invalid-param` unless both clusters are given by a Secret, or both by a context
 */
export function processRunOf(params: Values, { kubeconfig, 'ca-bundle': caBundle, ...paths }: Paths): ProcessRun {
  const common = { params: textsOf(params), caBundle, ...paths };
  if (isBySecrets(params))
    return { ...common, contexts: { source: 'source', destination: 'destination' }, folders: {}, leftOut: {} };
  const digests = params['kubeconfig-digest'];
  return {
    ...common,
    contexts: { source: params['source-context'] ?? '', destination: params['destination-context'] ?? '' },
    folders: { kubeconfig: kubeconfig ?? '' },
    // Its digests are those of both contexts.
    leftOut: { contexts: { 'source-kubeconfig-digest': digests, 'destination-kubeconfig-digest': digests } },
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
