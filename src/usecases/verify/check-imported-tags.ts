import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { namespaced } from '../../domain/kube/known-kinds.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { importedTags, type ImportedTag } from '../../domain/verify/imported-tags.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { findObject } from '../cluster/find-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { agree, disagree, type Finding } from './finding.ts';

const requestsAtOnce = 8;

/**
 * Whether each imported tag means the planned digest. A missing tag is a finding of the planned objects.
 * @throws TaskError when the cluster does not answer
 */
export async function checkImportedTags(
  planned: readonly Resource[],
  plan: SyncPlan,
  cluster: Cluster,
): Promise<readonly Finding[]> {
  const findings = await mapConcurrently(importedTags(planned, plan), requestsAtOnce, (tag) => checkTag(tag, cluster));
  return findings.flat();
}

async function checkTag({ resource, digest }: ImportedTag, cluster: Cluster): Promise<readonly Finding[]> {
  const { namespace = '', name } = resource.metadata;
  const id = `image of ${describeResource(resource)}`;
  const kind = namespaced(resource.apiVersion, 'ImageStreamTag', 'imagestreamtags');
  try {
    const found = stringAt(await findObject(cluster, { kind, namespace, name }), 'image', 'metadata', 'name') ?? '';
    if (found === digest) return [agree(id, 'digest-equal', { digest })];
    if (found === '') return [];
    const evidence = { digest, 'destination-digest': found };
    const message = `the tag means ${found}`;
    return [disagree({ id, reason: 'digest-different', message, evidence }, `-${digest}\n+${found}\n`)];
  } catch (error) {
    if (!isRefusalOfRequest(error) && !isUnexpectedObject(error)) throw error;
    const reason = isUnexpectedObject(error) ? error.code : 'image-unreadable';
    return [disagree({ id, reason, message: error.message, evidence: { digest } })];
  }
}
