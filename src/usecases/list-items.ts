import { parseListPage } from '../domain/clusters/api-answer.ts';
import { isObject, isResource, type Resource } from '../domain/resources/resource.ts';
import type { Cluster } from './ports.ts';

/** Items of a list do not tell their kind. */
export interface ItemKind {
  readonly apiVersion: string;
  readonly kind: string;
}

const pageSize = '500';

/**
 * All objects of a collection, page by page.
 * @throws ClusterStatusError, TaskError `cluster-refused` for an answer that is no list or when the cluster does not answer
 */
export async function listItems(
  cluster: Cluster,
  { path, query = {} }: { readonly path: string; readonly query?: Readonly<Record<string, string>> },
  { apiVersion, kind }: ItemKind,
): Promise<readonly Resource[]> {
  const items: Resource[] = [];
  let token = '';
  do {
    const next = token === '' ? {} : { continue: token };
    const answer = await cluster.request({ path, query: { limit: pageSize, ...query, ...next } });
    const page = parseListPage(answer, { path, server: cluster.server });
    for (const item of page.items) {
      const resource = isObject(item) ? { ...item, apiVersion, kind } : item;
      if (isResource(resource)) items.push(resource);
    }
    token = page.token;
  } while (token !== '');
  return items;
}

/** The pods of a namespace that a label selector chooses, or all. */
export function listPods(cluster: Cluster, namespace: string, labelSelector = ''): Promise<readonly Resource[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = labelSelector === '' ? {} : { labelSelector };
  return listItems(cluster, { path, query }, { apiVersion: 'v1', kind: 'Pod' });
}
