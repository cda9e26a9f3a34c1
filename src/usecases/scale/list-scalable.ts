import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { itemOfUnexpected, type UnexpectedObject } from '../../domain/kube/expected-object.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import type { ScalableType } from '../../domain/scale/scalable-types.ts';
import { listItems } from '../cluster/list-items.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

function scalablePath({ apiVersion, plural }: ScalableType, namespace: string): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** The path of one object of a type. */
export function scalableObjectPath({ resource, type }: { resource: Resource; type: ScalableType }): string {
  const { namespace, name } = keyOf(resource);
  return `${scalablePath(type, namespace)}/${encodeURIComponent(name)}`;
}

export interface ScalablePlace {
  readonly namespace: string;
  /** Gets an item for each object that the list must not hold. */
  readonly refuse: (item: Item) => void;
}

/**
 * All objects of a type in a namespace; undefined when the cluster does not serve the type.
 * @throws ClusterStatusError
 */
export async function listScalable(
  cluster: Cluster,
  type: ScalableType,
  { namespace, refuse }: ScalablePlace,
): Promise<readonly Resource[] | undefined> {
  try {
    const { apiVersion, kind } = type;
    const expected = { apiVersion, kind, namespace };
    const request = {
      path: scalablePath(type, namespace),
      refuse: (object: UnexpectedObject) => refuse(itemOfUnexpected(expected, object)),
    };
    return await listItems(cluster, request, expected);
  } catch (error) {
    if (error instanceof ClusterStatusError && error.status === 404) return undefined;
    throw error;
  }
}
