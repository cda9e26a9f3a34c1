import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { isObject, type JsonObject } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/**
 * The object at a path, or undefined when there is none.
 * @throws ClusterStatusError for refusals other than 404
 */
export async function findObject(cluster: Cluster, path: string): Promise<JsonObject | undefined> {
  try {
    const found = await cluster.request({ path });
    return isObject(found) ? found : undefined;
  } catch (error) {
    if (error instanceof ClusterStatusError && error.status === 404) return undefined;
    throw error;
  }
}
