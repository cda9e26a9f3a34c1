import { parseListPage } from '../../domain/kube/api-answer.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { checkObject, type ExpectedObject, type UnexpectedObject } from '../../domain/kube/expected-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface CollectionRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Gets each object that the list must not hold. Absent: such an object fails the list. */
  readonly refuse?: (object: UnexpectedObject) => void;
}

const pageSize = '500';

/**
 * All objects of a collection, page by page, each checked to be of the expected kind and namespace.
 * @throws ClusterStatusError; TaskError `cluster-refused` for an answer that is not a list, for another object, or when
 * the cluster does not answer
 */
export async function listItems(
  cluster: Cluster,
  { path, query = {}, refuse }: CollectionRequest,
  expected: ExpectedObject,
): Promise<readonly Resource[]> {
  const items: Resource[] = [];
  let token = '';
  do {
    const next = token === '' ? {} : { continue: token };
    const answer = await cluster.request({ path, query: { limit: pageSize, ...query, ...next } });
    const page = parseListPage(answer, { path, server: cluster.server });
    for (const item of page.items) {
      const { resource, unexpected } = checkObject(item, expected);
      if (resource !== undefined) items.push(resource);
      else if (refuse === undefined) throw unexpectedItem(`GET ${path} of ${cluster.server}`, unexpected);
      else refuse(unexpected);
    }
    token = page.token;
  } while (token !== '');
  return items;
}

/** The pods of a namespace that a label selector chooses, or all. */
export function listPods(cluster: Cluster, namespace: string, labelSelector = ''): Promise<readonly Resource[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = labelSelector === '' ? {} : { labelSelector };
  return listItems(cluster, { path, query }, { apiVersion: 'v1', kind: 'Pod', namespace });
}

function unexpectedItem(doing: string, { name, why }: UnexpectedObject): TaskError {
  return new TaskError('cluster-refused', `${doing}: object ${JSON.stringify(name)}: ${why}`, {
    remedy: 'Check the API server that serves this kind, then run again.',
  });
}
