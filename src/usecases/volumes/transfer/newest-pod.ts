import { stringAt } from '../../../domain/core/json-object.ts';
import { formatSelector, placeOf, podSelector, type Role, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { listPods } from '../../cluster/list-objects.ts';

/** The pod of one side of a run that was made last and is not being deleted. */
export async function newestPod(cluster: Cluster, transfer: Transfer, role: Role): Promise<Resource | undefined> {
  const { namespace } = placeOf(transfer, role);
  const found = await listPods(cluster, namespace, formatSelector(podSelector(transfer, role)));
  const pods = found.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  return pods.toSorted((a, b) => madeAt(b).localeCompare(madeAt(a)))[0];
}

function madeAt(pod: unknown): string {
  return stringAt(pod, 'metadata', 'creationTimestamp') ?? '';
}
