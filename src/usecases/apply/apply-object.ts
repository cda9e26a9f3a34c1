import { isRefusal } from '../../domain/kube/status-error.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isCovered } from '../../domain/apply/apply-object.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import { isEqualJson, isObject, stringAt } from '../../domain/core/json-object.ts';
import { describeResource, isResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount, mergeSecretLists } from '../../domain/kube/service-account.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { createOrUpdate } from './create-or-update.ts';
import { findObject } from '../cluster/find-object.ts';
import type { Versions } from '../cluster/list-objects.ts';
import { dryRunQuery, mergePatch, serverSideApply, createObject, deleteObject } from '../cluster/write-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Sleep, Sha256 } from '../../domain/core/ports.ts';
import { waitUntilGone } from '../cluster/wait-until-gone.ts';
import { noteOf } from '../../domain/apply/apply-notes.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ApplyGroup } from '../../domain/reports/reasons.ts';
import { reportedDigest } from '../cluster/content-digest.ts';

export interface ApplyOptions {
  /** Take fields over from other managers instead of reporting a conflict. */
  readonly takeOwnership: boolean;
  /** The server checks everything and stores nothing. */
  readonly dryRun: boolean;
}

export interface Applied {
  readonly verdict: 'created' | 'changed' | 'unchanged' | 'applied' | 'recreated';
  /** The object as the server has it now. */
  readonly live: unknown;
  /** UID of the object that a recreated one took the place of. */
  readonly formerUid?: string | undefined;
}

export interface ObjectToApply {
  readonly resource: Resource;
  readonly api: ApiKind;
  /** What the collection held before. */
  readonly before: Versions;
  /** An ImageStreamTag as its stream has it: the API does not show a tag before its image is imported. */
  readonly inStream?: Resource | undefined;
}

const unsupportedMediaType = 415;

/**
 * Applies one object with server-side apply and returns what the answer shows of its effect. APIs that know no
 * server-side apply get a creation or an update.
 * @throws ClusterStatusError for a refusal
 */
export async function applyObject(cluster: Cluster, object: ObjectToApply, options: ApplyOptions): Promise<Applied> {
  const { resource, inStream } = object;
  const fallback = { ref: refOf(object), resource, inStream, dryRun: options.dryRun };
  // OpenShift computes these from their stream and does not keep who manages their fields.
  if (resource.kind === 'ImageStreamTag') return createOrUpdate(cluster, fallback);
  try {
    const applied = verdictOf(await patch(cluster, await reconcile(cluster, object, options), options), object);
    return options.dryRun && applied.verdict === 'unchanged' ? await compareDryRun(cluster, object, applied) : applied;
  } catch (error) {
    if (!isRefusal(error, unsupportedMediaType)) throw error;
    return createOrUpdate(cluster, fallback);
  }
}

/** A dry run shows a changed object with its former version: its content says whether it would change. */
async function compareDryRun(cluster: Cluster, object: ObjectToApply, applied: Applied): Promise<Applied> {
  const present = await findObject(cluster, refOf(object));
  return isEqualJson(contentOf(present), contentOf(applied.live)) ? applied : { ...applied, verdict: 'changed' };
}

/** Without what differs from one answer to the next one. */
function contentOf(object: unknown): unknown {
  if (!isObject(object) || !isObject(object['metadata'])) return object;
  return { ...object, metadata: { ...object['metadata'], managedFields: undefined, resourceVersion: undefined } };
}

/**
 * Lists that the cluster itself adds to are written merged first: server-side apply takes each as one value that another
 * manager holds, and agrees only when nothing changes.
 */
async function reconcile(cluster: Cluster, object: ObjectToApply, { dryRun }: ApplyOptions): Promise<ObjectToApply> {
  if (!isServiceAccount(object.resource)) return object;
  const ref = refOf(object);
  const present = await findObject(cluster, ref);
  if (present === undefined) return object;
  const lists = mergeSecretLists(object.resource, present);
  if (!isCovered(lists, present)) {
    // With the version that was read: what another manager writes in between must not be lost.
    const body = { ...lists, metadata: { resourceVersion: stringAt(present, 'metadata', 'resourceVersion') ?? '' } };
    await mergePatch(cluster, ref, { body, query: { fieldManager, ...dryRunQuery(dryRun) } });
  }
  return { ...object, resource: { ...object.resource, ...lists } };
}

/** An object to apply in the API; its name is checked before. */
export function refOf({ resource, api }: Pick<ObjectToApply, 'resource' | 'api'>): ObjectRef {
  const { name, namespace = '' } = resource.metadata;
  return { kind: api, namespace, name };
}

function patch(cluster: Cluster, object: ObjectToApply, { takeOwnership, dryRun }: ApplyOptions): Promise<unknown> {
  // Server-side apply refuses unknown fields anyway; `Strict` would parse each object once more, for duplicate keys that
  // JSON.stringify never writes.
  const query = { force: String(takeOwnership), fieldValidation: 'Ignore', ...dryRunQuery(dryRun) };
  return serverSideApply(cluster, refOf(object), { query, body: object.resource });
}

function verdictOf(live: unknown, { resource, before }: ObjectToApply): Applied {
  if (before === undefined) return { verdict: 'applied', live };
  const former = before.get(resource.metadata.name);
  if (former === undefined) return { verdict: 'created', live };
  return { verdict: former === stringAt(live, 'metadata', 'resourceVersion') ? 'unchanged' : 'changed', live };
}

const polls = 240;
const longestName = 50;

/**
 * Deletes an object and applies it again, for fields that cannot change. The new one is tried under another name first,
 * without storing it: an object that the cluster would not take again is not deleted. Its dependents are deleted with
 * it.
 * @throws ClusterStatusError for a refusal; TaskError `incomplete` when the old object remains for two minutes
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
    if (there.size > 0) {
      const doing = `recreating ${describeResource(object.resource)}`;
      throw new TaskError('incomplete', `${doing}: it was deleted, but does not go`, {
        remedy: 'See which finalizers hold it, then run again.',
      });
    }
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

/**
 * The item of an applied object. Its evidence identifies the object and its content, so that a rollback deletes it only
 * when nothing changed since.
 */
export function describeApplied(resource: Resource, { verdict, live }: Applied, sha256: Sha256): Item<ApplyGroup> {
  const note = noteOf(resource, live);
  const evidence = {
    ...appliedIdentity(resource),
    uid: stringAt(live, 'metadata', 'uid') ?? '',
    resourceVersion: stringAt(live, 'metadata', 'resourceVersion') ?? '',
    // Where it could not be seen before, and where it took the place of another, it is not ours to remove.
    operation: verdict === 'applied' || verdict === 'recreated' ? 'changed' : verdict,
    ...(isResource(live) ? { contentDigest: reportedDigest(live, sha256) } : {}),
  };
  const item: Item<ApplyGroup> = { id: describeResource(resource), outcome: 'done', reason: verdict, evidence };
  return note === undefined ? item : { ...item, message: note };
}

/** Which object it is, apart from its UID. */
export function appliedIdentity(resource: Resource): Readonly<Record<string, string>> {
  const { kind, namespace, name } = keyOf(resource);
  return { apiVersion: resource.apiVersion, kind, namespace, name };
}
