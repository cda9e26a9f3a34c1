import { TaskError } from '../../domain/core/errors.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { applyObject, refOf, type Applied, type ApplyOptions, type ObjectToApply } from './apply-object.ts';
import type { Sleep } from '../../domain/core/ports.ts';
import { findObject } from '../cluster/find-object.ts';
import { waitUntilGone } from '../cluster/wait-until-gone.ts';
import { createObject, deleteObject, dryRunQuery } from '../cluster/write-object.ts';

const polls = 240;
const longestName = 50;

/**
 * Deletes an object and applies it again, for fields that cannot change. The new one is tried under another name first,
 * without storing it: an object that the cluster would not take again is not deleted. Its dependents are deleted with
 * it.
 * @throws ClusterStatusError for a refusal; TaskError `incomplete` when the old object is not deleted within two
 *   minutes
 */
export async function recreateObject(
  { cluster, sleep }: { cluster: Cluster; sleep: Sleep },
  object: ObjectToApply,
  options: ApplyOptions,
): Promise<Applied> {
  const ref = refOf(object);
  const live = await tryUnderAnotherName(cluster, object);
  if (options.dryRun) return { verdict: 'recreated', live: (await findObject(cluster, ref)) ?? live };
  const uid = stringAt(await findObject(cluster, ref), 'metadata', 'uid');
  if (uid !== undefined) {
    await deleteObject(cluster, ref, { propagationPolicy: 'Background', preconditions: { uid } });
    let left = polls;
    const there = await waitUntilGone([{ ref, uid }], { cluster, sleep, isLate: () => (left -= 1) < 0 });
    if (there.size > 0) throw stillThere(object);
  }
  const applied = await applyObject(cluster, { ...object, before: undefined }, options);
  return { ...applied, verdict: 'recreated', formerUid: uid };
}

function tryUnderAnotherName(cluster: Cluster, { resource, api }: ObjectToApply): Promise<unknown> {
  const name = `${resource.metadata.name.slice(0, longestName)}-recreated`;
  return createObject(cluster, {
    ...refOf({ resource, api }),
    query: { fieldManager, ...dryRunQuery(true), fieldValidation: 'Strict' },
    body: { ...resource, metadata: { ...resource.metadata, name } },
  });
}

function stillThere({ resource }: ObjectToApply): TaskError {
  return new TaskError('incomplete', `recreating ${describeResource(resource)}: it was deleted, but does not go`, {
    remedy: 'See which finalizers hold it, then run again.',
  });
}
