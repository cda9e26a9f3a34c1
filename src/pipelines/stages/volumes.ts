import { context, param, stage, type StageOf } from '../definition/define-pipeline.ts';
import { digestOf, kubeconfig, type Contexts } from './reading.ts';

/** @param options how the volumes are copied: while the application runs, or at rest and then verified */
export function volumesStage(
  contexts: Contexts,
  { after, live }: { readonly after: readonly string[]; readonly live: boolean },
): StageOf<'crane-transfer-pvc'> {
  return stage('volumes', 'crane-transfer-pvc', {
    writes: true,
    after,
    params: {
      'source-context': context('source'),
      'source-namespace': param('source-namespace'),
      'source-pvc-name': param('claims'),
      'dest-context': context('destination'),
      'dest-namespace': param('destination-namespace'),
      'dest-storage-class-name': param('storage-class'),
      'storage-class-map': param('storage-class-map'),
      'claim-settings': param('claim-settings'),
      'endpoint-type': param('endpoint-type'),
      'endpoint-address': param('endpoint-address'),
      subdomain: param('subdomain'),
      'transfer-image': param('transfer-image'),
      'image-pull-secrets': param('image-pull-secrets'),
      'run-as-user': param('run-as-user'),
      ...(live ? { live: 'true' } : { verify: 'true' }),
      'kubeconfig-digest': digestOf(contexts, 'source', 'destination'),
    },
    workspaces: { ...kubeconfig, report: 'volumes' },
  });
}

export function quiesceStage(contexts: Contexts, after: readonly string[]): StageOf<'kubectl-scale-down'> {
  return stage('quiesce', 'kubectl-scale-down', {
    after,
    params: {
      context: context('source'),
      namespace: param('source-namespace'),
      'resource-type': 'all',
      'kubeconfig-digest': digestOf(contexts, 'source'),
    },
    workspaces: { ...kubeconfig, quiesce: 'quiesce' },
  });
}

/** Starts the workloads at the source again when a stage failed, or when the run was cancelled before one that must succeed. */
export function restoreScaleStage(contexts: Contexts, unless: string): StageOf<'crane-restore-scale'> {
  return stage('restore-scale', 'crane-restore-scale', {
    when: {
      input: [{ status: 'all' }, ' and ', { status: { of: unless } }],
      operator: 'notin',
      values: ['Succeeded and Succeeded', 'Completed and Succeeded'],
    },
    params: {
      context: context('source'),
      namespace: param('source-namespace'),
      'kubeconfig-digest': digestOf(contexts, 'source'),
    },
    workspaces: { ...kubeconfig, quiesce: 'quiesce' },
  });
}
