import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';

/** Version of Kubernetes such as `v1.36.2`; empty when the server does not say. */
export async function readVersion(cluster: Cluster): Promise<string> {
  return stringAt(await cluster.request({ path: '/version' }).catch(onRefusal([], {})), 'gitVersion') ?? '';
}
