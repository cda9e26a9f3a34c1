import { onRefusal } from '../../domain/kube/status-error.ts';
import { joinReasons } from '../../domain/core/join-reasons.ts';
import { complaintsOf, selectorOf } from '../../domain/kube/pod-complaints.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { collectObjects, listPods } from './list-objects.ts';
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
  const pods = selector === undefined ? [] : await listPods(cluster, namespace, selector).catch(onRefusal([], []));
  const said = [...new Set(pods.flatMap(complaintsOf))];
  if (said.length > 0) return said.slice(0, mostSentences);
  const fieldSelector = `involvedObject.name=${name},involvedObject.kind=${kind},type=Warning`;
  const listing = collectObjects({ cluster, kind: knownKinds.events, namespace, fieldSelector });
  const events = await listing.catch(onRefusal([], []));
  const reasons = events.map((event) => joinReasons(stringAt(event, 'reason'), stringAt(event, 'message')));
  return [...new Set(reasons.reverse())].slice(0, mostSentences);
}
