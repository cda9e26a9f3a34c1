import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { arrayAt, isObject, isResource, keyOf, stringAt, type Resource } from '../../domain/resources/resource.ts';
import type { ScalableType } from '../../domain/scale/scalable-types.ts';
import type { Cluster } from '../ports.ts';

const pageSize = '500';

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
  const { apiVersion, kind } = type;
  try {
    const items = await listItems(cluster, scalablePath(type, namespace), {});
    // Items of a list do not tell their kind.
    return items.filter(isObject).flatMap((item) => {
      const resource = { ...item, apiVersion, kind };
      return isResource(resource) ? [resource] : [];
    });
  } catch (error) {
    if (error instanceof ClusterStatusError && error.status === 404) return undefined;
    throw error;
  }
}

/** All items of a collection, page by page. */
export async function listItems(
  cluster: Cluster,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let token = '';
  do {
    const next = token === '' ? {} : { continue: token };
    const page = await cluster.request({ path, query: { ...query, limit: pageSize, ...next } });
    items.push(...arrayAt(page, 'items'));
    token = stringAt(page, 'metadata', 'continue') ?? '';
  } while (token !== '');
  return items;
}
