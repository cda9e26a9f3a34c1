import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { joinTold } from '../../domain/core/join-told.ts';
import { complaintsOf, selectorOf } from '../../domain/kube/pod-complaints.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { listItems, listPods } from './list-items.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const mostSentences = 4;

/**
 * What keeps a workload or claim from being ready, in the words of its pods and of the warnings about it; empty when the
 * account may not look, or nothing is said.
 */
export async function explainPods(cluster: Cluster, resource: Resource): Promise<readonly string[]> {
  const { namespace, kind, name } = keyOf(resource);
  if (namespace === '') return [];
  const selector = selectorOf(resource);
  const pods = selector === undefined ? [] : await unlessRefused(() => listPods(cluster, namespace, selector));
  const said = [...new Set(pods.flatMap(complaintsOf))];
  if (said.length > 0) return said.slice(0, mostSentences);
  const about = `involvedObject.name=${name},involvedObject.kind=${kind},type=Warning`;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const events = await unlessRefused(() =>
    listItems(cluster, { path, query: { fieldSelector: about } }, { apiVersion: 'v1', kind: 'Event', namespace }),
  );
  const told = events.map((event) => joinTold(stringAt(event, 'reason'), stringAt(event, 'message')));
  return [...new Set(told.reverse())].slice(0, mostSentences);
}

async function unlessRefused(list: () => Promise<readonly Resource[]>): Promise<readonly Resource[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof ClusterStatusError) return [];
    throw error;
  }
}
