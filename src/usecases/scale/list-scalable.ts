import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { keyOf, type Resource } from '../../domain/resources/resource.ts';
import type { ScalableType } from '../../domain/scale/scalable-types.ts';
import { listItems } from '../list-items.ts';
import type { Cluster } from '../ports.ts';

function scalablePath({ apiVersion, plural }: ScalableType, namespace: string): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** The path of one object of a type. */
export function scalableObjectPath({ resource, type }: { resource: Resource; type: ScalableType }): string {
  const { namespace, name } = keyOf(resource);
  return `${scalablePath(type, namespace)}/${encodeURIComponent(name)}`;
}

/**
 * All objects of a type in a namespace; undefined when the cluster does not serve the type.
 * @throws ClusterStatusError
 */
export async function listScalable(
  cluster: Cluster,
  type: ScalableType,
  namespace: string,
): Promise<readonly Resource[] | undefined> {
  try {
    return await listItems(cluster, { path: scalablePath(type, namespace) }, type);
  } catch (error) {
    if (error instanceof ClusterStatusError && error.status === 404) return undefined;
    throw error;
  }
}
