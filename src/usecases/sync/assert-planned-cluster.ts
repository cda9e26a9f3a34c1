import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { TaskError } from '../../domain/errors.ts';
import { stringAt } from '../../domain/resources/resource.ts';
import type { Cluster, Log } from '../ports.ts';

/**
 * Refuses a source cluster that is not the one which the plan was made from; contexts are easily mixed up.
 * An account that may not read the namespace kube-system cannot be checked, which the log says.
 * @throws TaskError `wrong-cluster`
 */
export async function assertPlannedCluster(cluster: Cluster, planned: string, log: Log): Promise<void> {
  const uid = await readUid(cluster, log);
  if (uid === undefined || uid === planned) return;
  throw new TaskError(
    'wrong-cluster',
    `checking context ${cluster.contextName}: its cluster ${cluster.server} has the identity ${uid}, the plan was made from ${planned}`,
    { remedy: 'Give the context of the cluster that was exported, or export and plan again.' },
  );
}

async function readUid(cluster: Cluster, log: Log): Promise<string | undefined> {
  try {
    return stringAt(await cluster.request({ path: '/api/v1/namespaces/kube-system' }), 'metadata', 'uid');
  } catch (error) {
    if (!(error instanceof ClusterStatusError)) throw error;
    log.debug(`identity of ${cluster.server} not checked: ${error.message}`);
    return undefined;
  }
}
