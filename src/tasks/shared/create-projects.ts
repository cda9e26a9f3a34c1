import { TaskError } from '../../domain/core/errors.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { assertClusterUid } from '../../usecases/cluster/cluster-uid.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { createInRegistry, createProjects, projectsOf } from '../../usecases/images/copy/create-projects.ts';
import type { SyncRequest } from '../../usecases/images/copy/read-request.ts';

interface Settings {
  readonly destinationContext: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly kubeconfigDigest: string;
  readonly caBundle: string | undefined;
}

/**
 * Creates the projects that images are pushed into, where the destination lacks them: those of Harbor in the registry,
 * and the namespaces of a cluster's own registry in the cluster.
 * @param open a registry by its host
 * @throws TaskError `invalid-param` without a context of the destination, `wrong-cluster`, `forbidden`
 */
export async function createMissingProjects(
  request: SyncRequest,
  { destinationContext, kubeconfig, kubeconfigDigest, caBundle }: Settings,
  { log, environment, signal, open }: TaskContext & { readonly open: (host: string) => Registry },
): Promise<void> {
  const names = await createInRegistry(projectsOf(request), open(request.destinationRegistry), log);
  if (names.length === 0) return;
  if (destinationContext === undefined) {
    const message = 'reading create-projects: the registry is not Harbor, and the destination has no context';
    const remedy = 'Give the context of the destination, or create the projects before.';
    throw new TaskError('invalid-param', message, { remedy });
  }
  const { connectCluster } = await import('../../adapters/kube/connect.ts');
  const context = destinationContext;
  const cluster = await connectCluster({ kubeconfig, context, kubeconfigDigest, environment, log, signal, caBundle });
  try {
    const expected = request.kind === 'plan' ? request.plan.destination.clusterUid : undefined;
    await assertClusterUid(cluster, { expected, ifUnreadable: 'accept' });
    await createProjects(cluster, names, log);
  } finally {
    await cluster.close();
  }
}
