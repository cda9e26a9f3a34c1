import type { ApiSurface } from '../../domain/schemas/documents.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Checks, Judgement } from '../../domain/validate/api-surface.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { platformNamespace, platformTags, type PlatformTag } from '../../domain/validate/platform-tags.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { findObject } from '../cluster/find-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const atOnce = 8;
const group = 'image.openshift.io';

/**
 * Whether the destination has the tags of namespace `openshift` that resources follow; one item for each tag. A
 * destination that serves no image streams has a gap of its own for these kinds.
 * @param destination undefined: judged by a captured surface alone, which has no tags
 * @throws TaskError when the cluster does not answer
 */
export async function checkPlatformTags(
  resources: Iterable<Resource>,
  { kinds }: ApiSurface,
  destination: Cluster | undefined,
): Promise<Checks> {
  if (!kinds.some((kind) => kind.group === group && kind.plural === 'imagestreamtags')) return [];
  return mapConcurrently(platformTags(resources), atOnce, async (tag) => {
    const item = { id: `${tag.kind} ${platformNamespace}/${tag.name}`, evidence: { 'used-by': tag.usedBy.join(', ') } };
    return { ...item, ...(await judge(tag, destination)) };
  });
}

async function judge({ kind, name }: PlatformTag, destination: Cluster | undefined): Promise<Judgement> {
  if (destination === undefined) {
    return { outcome: 'skipped', reason: 'unknown', message: 'no context of the destination is given' };
  }
  const plural = kind === 'ImageStreamTag' ? 'imagestreamtags' : 'imagestreamimages';
  const ref = { kind: knownKinds[plural], namespace: platformNamespace, name };
  try {
    if ((await findObject(destination, ref)) !== undefined) return { outcome: 'done', reason: 'present' };
  } catch (error) {
    if (isUnexpectedObject(error)) return { outcome: 'failed', reason: error.code, message: error.message };
    if (isRefusalOfRequest(error)) return { outcome: 'skipped', reason: 'unknown', message: error.message };
    throw error;
  }
  const message =
    `namespace ${platformNamespace} of the destination does not have it: import it there, or point what follows it ` +
    'at an image that the destination has, for example with a patch of the transformation';
  return { outcome: 'failed', reason: 'platform-tag-missing', message };
}
