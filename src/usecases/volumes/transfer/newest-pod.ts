import { parseListPage } from '../../../domain/kube/api-answer.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { formatSelector, podSelector, type Role, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { apiPath } from '../../cluster/api-paths.ts';

/** The pod of one side of a run that was made last and is not being deleted. */
export async function newestPod(cluster: Cluster, transfer: Transfer, role: Role): Promise<unknown> {
  const { namespace } = role === 'client' ? transfer.source : transfer.destination;
  const query = { labelSelector: formatSelector(podSelector(transfer, role)) };
  const path = apiPath('pods', namespace);
  const { items } = parseListPage(await cluster.request({ path, query }), { path, server: cluster.server });
  const pods = items.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  return pods.toSorted((a, b) => madeAt(b).localeCompare(madeAt(a)))[0];
}

function madeAt(pod: unknown): string {
  return stringAt(pod, 'metadata', 'creationTimestamp') ?? '';
}
