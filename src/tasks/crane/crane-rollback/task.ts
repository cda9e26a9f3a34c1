import { withCluster } from '../../../adapters/kube/connect.ts';
import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { rollBack } from '../../../usecases/rollback/roll-back.ts';
import type { TaskName } from '../../shared/catalog.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { rollbackParams, rollbackWorkspaces, rollbackResults } from './params.ts';

export const craneRollback = defineTask({
  name: 'crane-rollback',
  summary: 'roll back a move: delete from the destination what it created',
  family: 'crane',
  stage: 'restore',
  recovery: 'rolling-back',
  description:
    'Deletes the objects that kubectl-apply-kustomize and kubectl-apply-files created, over all runs on the folder, ' +
    'in reverse order, with their dependents, and waits until they are gone. An object is deleted if it is in the ' +
    'given namespaces and has the UID of the report, the field manager of these tasks and the applied content. All ' +
    'others remain and are reported. Objects that existed before, claims, namespaces and images remain too. It can be ' +
    'run again. A report of another cluster is refused.',
  examples: [
    'crane-rollback --context=destination --namespace=shop --applied-dir=. --dry-run=true',
    'crane-rollback --context=destination --namespace=shop --applied-dir=kustomize --allow-changed=Deployment.apps/web',
  ],
  params: rollbackParams,
  workspaces: rollbackWorkspaces,
  results: rollbackResults,
  reasons: ['rollback'],
  reportIn: 'rollback',
  run: async ({ params, workspaces }, { log, environment, signal }) => {
    const { kubeconfig } = workspaces;
    const { context, 'kubeconfig-digest': kubeconfigDigest } = params;
    return withCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal }, (cluster) =>
      rollBack(
        {
          applied: openFolder(workspaces.applied),
          appliers: ['kubectl-apply-files', 'kubectl-apply-kustomize'] satisfies TaskName[],
          copiers: ['crane-skopeo-sync', 'crane-image-sync'] satisfies TaskName[],
          clusterUid: params['cluster-uid'],
          namespaces: parseCommaList(params.namespace),
          reportDigests: parseCommaList(params['report-digest']),
          allowChanged: parseCommaList(params['allow-changed']),
          includeKinds: parseCommaList(params['include-kinds']),
          dryRun: params['dry-run'],
          timeoutSeconds: params['wait-timeout'],
        },
        { cluster, log, sha256: sha256Of, now: Date.now, sleep: sleepUntil(signal, 'rolling back') },
      ),
    );
  },
});
