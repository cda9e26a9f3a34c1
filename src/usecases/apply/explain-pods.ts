import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { complaintsOf, selectorOf } from '../../domain/resources/pod-complaints.ts';
import { arrayAt, isResource, keyOf, stringAt, type Resource } from '../../domain/resources/resource.ts';
import type { Cluster, ClusterRequest } from '../ports.ts';

const mostSentences = 4;
const mostPods = '20';

/**
 * What keeps a workload or claim from being ready, in the words of its pods and of the warnings about it; empty when the
 * account may not look, or nothing is said.
 */
export async function explainPods(cluster: Cluster, resource: Resource): Promise<readonly string[]> {
  const { namespace, kind, name } = keyOf(resource);
  if (namespace === '') return [];
  const root = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const selector = selectorOf(resource);
  const pods =
    selector === undefined
      ? []
      : await items(cluster, { path: `${root}/pods`, query: { labelSelector: selector, limit: mostPods } });
  const said = [...new Set(pods.filter(isResource).flatMap(complaintsOf))];
  if (said.length > 0) return said.slice(0, mostSentences);
  const about = `involvedObject.name=${name},involvedObject.kind=${kind},type=Warning`;
  const events = await items(cluster, { path: `${root}/events`, query: { fieldSelector: about, limit: mostPods } });
  const told = events.map((event) => `${stringAt(event, 'reason') ?? ''}: ${stringAt(event, 'message') ?? ''}`);
  return [...new Set(told.reverse())].slice(0, mostSentences);
}

async function items(cluster: Cluster, request: ClusterRequest): Promise<readonly unknown[]> {
  try {
    return arrayAt(await cluster.request(request), 'items');
  } catch (error) {
    if (error instanceof ClusterStatusError) return [];
    throw error;
  }
}
