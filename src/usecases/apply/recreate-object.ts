import { TaskError } from '../../domain/core/errors.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import {
  applyObject,
  collectionOf,
  objectPath,
  type Applied,
  type ApplyOptions,
  type ObjectToApply,
} from './apply-object.ts';
import type { Sleep } from '../../domain/core/sleep.ts';
import { findObject } from '../cluster/find-object.ts';

const pollEvery = 500;
const polls = 240;
const longestName = 50;

/**
 * Deletes an object and applies it anew, for fields that cannot change. The new one is tried under another name first,
 * without storing it: an object that the cluster would not take again stays. Its dependents go with it.
 * @throws ClusterStatusError for a refusal; TaskError `incomplete` when the old object does not go within two minutes
 */
export async function recreateObject(
  { cluster, sleep }: { cluster: Cluster; sleep: Sleep },
  object: ObjectToApply,
  options: ApplyOptions,
): Promise<Applied> {
  const path = objectPath(object);
  const live = await tryUnderAnotherName(cluster, object);
  if (options.dryRun) return { verdict: 'recreated', live: (await findObject(cluster, path)) ?? live };
  const uid = stringAt(await findObject(cluster, path), 'metadata', 'uid');
  if (uid !== undefined) {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } };
    await cluster.request({ method: 'DELETE', path, body });
    await waitUntilGone(cluster, object, { uid, sleep });
  }
  const applied = await applyObject(cluster, { ...object, before: undefined }, options);
  return { ...applied, verdict: 'recreated', formerUid: uid };
}

function tryUnderAnotherName(cluster: Cluster, { resource, api }: ObjectToApply): Promise<unknown> {
  const name = `${resource.metadata.name.slice(0, longestName)}-recreated`;
  return cluster.request({
    method: 'POST',
    path: collectionOf({ resource, api }),
    query: { fieldManager, dryRun: 'All', fieldValidation: 'Strict' },
    body: { ...resource, metadata: { ...resource.metadata, name } },
  });
}

async function waitUntilGone(
  cluster: Cluster,
  object: ObjectToApply,
  { uid, sleep }: { uid: string; sleep: Sleep },
): Promise<void> {
  for (let poll = 0; poll < polls; poll += 1) {
    const found = await findObject(cluster, objectPath(object));
    if (stringAt(found, 'metadata', 'uid') !== uid) return;
    await sleep(pollEvery);
  }
  throw new TaskError(
    'incomplete',
    `recreating ${describeResource(object.resource)}: it was deleted, but does not go`,
    {
      remedy: 'See which finalizers hold it, then run again.',
    },
  );
}
