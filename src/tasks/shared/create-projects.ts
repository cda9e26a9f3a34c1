import { TaskError } from '../../domain/core/errors.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { assertClusterUid } from '../../usecases/cluster/cluster-uid.ts';
import { createProjects, projectsOf } from '../../usecases/images/copy/create-projects.ts';
import type { SyncRequest } from '../../usecases/images/copy/read-request.ts';

interface Settings {
  readonly destinationContext: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly kubeconfigDigest: string;
  readonly caBundle: string | undefined;
}

/**
 * Creates the namespaces that images are pushed into, where the destination lacks them.
 * @throws TaskError `invalid-param` without a context of the destination, `wrong-cluster`, `forbidden`
 */
export async function createMissingProjects(
  request: SyncRequest,
  { destinationContext, kubeconfig, kubeconfigDigest, caBundle }: Settings,
  { log, environment, signal }: TaskContext,
): Promise<void> {
  if (destinationContext === undefined) {
    throw new TaskError('invalid-param', 'reading create-projects: there is no context of the destination', {
      remedy: 'Give the context of the destination, or create the namespaces before.',
    });
  }
  const { connectCluster } = await import('../../adapters/kube/connect.ts');
  const context = destinationContext;
  const cluster = await connectCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal, caBundle });
  try {
    const expected = request.kind === 'plan' ? request.plan.destination.clusterUid : undefined;
    await assertClusterUid(cluster, { expected, ifUnreadable: 'accept' });
    await createProjects(cluster, projectsOf(request), log);
  } finally {
    await cluster.close();
  }
}
