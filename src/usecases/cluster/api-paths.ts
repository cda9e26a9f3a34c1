import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Collections that a transfer touches. */
const groups = {
  persistentvolumeclaims: '/api/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  services: '/api/v1',
  events: '/api/v1',
  jobs: '/apis/batch/v1',
  deployments: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  routes: '/apis/route.openshift.io/v1',
  ingresses: '/apis/networking.k8s.io/v1',
  networkpolicies: '/apis/networking.k8s.io/v1',
} as const;

export type Collection = keyof typeof groups;

/** API path of a collection of a namespace, or of an object in it. */
export function apiPath(collection: Collection, namespace: string, name?: string): string {
  const path = `${groups[collection]}/namespaces/${encodeURIComponent(namespace)}/${collection}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

/** An object, or undefined when there is none. Other refusals are thrown. */
export async function readIfThere(cluster: Cluster, path: string): Promise<unknown> {
  try {
    return await cluster.request({ path });
  } catch (error) {
    if (isStatus(error, [404])) return undefined;
    throw error;
  }
}

/** Whether an error is a refusal of the API server with one of these statuses. */
export function isStatus(error: unknown, statuses: readonly number[]): boolean {
  return error instanceof ClusterStatusError && statuses.includes(error.status);
}
