import { describeAnswer, listIn, notKubernetes } from '../../domain/kube/api-answer.ts';
import { isForbidden, isNotFound } from '../../domain/kube/status-error.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const path = '/api';

/**
 * Makes sure that a server is the API server of a cluster: one that answers 404 to each request, or with any JSON, looks
 * like a cluster that has nothing. An account that may not read /api is believed.
 * @throws TaskError `not-kubernetes`, ClusterStatusError
 */
export async function assertKubernetes(cluster: Cluster): Promise<void> {
  const { server } = cluster;
  try {
    const answer = await cluster.request({ path });
    if (listIn(answer, 'versions', 'APIVersions') !== undefined) return;
    throw notKubernetes({ path, server }, `expected APIVersions, got ${describeAnswer(answer)}`);
  } catch (error) {
    if (isNotFound(error)) throw notKubernetes({ path, server }, 'it does not exist (404)');
    if (!isForbidden(error)) throw error;
  }
}
