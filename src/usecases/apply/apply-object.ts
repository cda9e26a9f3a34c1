import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { isCovered } from '../../domain/apply/apply-object.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount, mergeSecretLists } from '../../domain/kube/service-account.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { createOrUpdate } from './create-or-update.ts';
import { collectionPath, type ApiKind } from '../cluster/resolve-kinds.ts';
import { findObject } from '../cluster/find-object.ts';
import type { Versions } from '../cluster/list-versions.ts';

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
 * Applies one object with server-side apply and tells from the answer what it did. APIs that know no server-side apply
 * get a creation or an update.
 * @throws ClusterStatusError for a refusal
 */
export async function applyObject(cluster: Cluster, object: ObjectToApply, options: ApplyOptions): Promise<Applied> {
  const place = { collection: collectionOf(object), path: objectPath(object) };
  const { resource, inStream } = object;
  const fallback = { ...place, resource, inStream, dryRun: options.dryRun };
  // OpenShift computes these from their stream and does not keep who manages their fields.
  if (object.resource.kind === 'ImageStreamTag') return createOrUpdate(cluster, fallback);
  try {
    return verdictOf(await patch(cluster, await reconcile(cluster, object, options), options), object);
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || error.status !== unsupportedMediaType) throw error;
    return createOrUpdate(cluster, fallback);
  }
}

/**
 * Lists that the cluster itself adds to are written merged first: server-side apply takes each as one value that another
 * manager holds, and agrees only when nothing changes.
 */
async function reconcile(cluster: Cluster, object: ObjectToApply, { dryRun }: ApplyOptions): Promise<ObjectToApply> {
  if (!isServiceAccount(object.resource)) return object;
  const path = objectPath(object);
  const present = await findObject(cluster, path);
  if (present === undefined) return object;
  const lists = mergeSecretLists(object.resource, present);
  const query = { fieldManager, ...(dryRun ? { dryRun: 'All' } : {}) };
  if (!isCovered(lists, present)) {
    // With the version that was read: what another manager writes in between must not be lost.
    const body = { ...lists, metadata: { resourceVersion: stringAt(present, 'metadata', 'resourceVersion') ?? '' } };
    await cluster.request({ method: 'PATCH', path, query, body, contentType: 'application/merge-patch+json' });
  }
  return { ...object, resource: { ...object.resource, ...lists } };
}

/** The path of an object; its name is checked before. */
export function objectPath({ resource, api }: Pick<ObjectToApply, 'resource' | 'api'>): string {
  return `${collectionOf({ resource, api })}/${encodeURIComponent(resource.metadata.name)}`;
}

/** The path of the collection that an object lies in. */
export function collectionOf({ resource, api }: Pick<ObjectToApply, 'resource' | 'api'>): string {
  return collectionPath(api, resource.metadata.namespace ?? '');
}

function patch(cluster: Cluster, object: ObjectToApply, { takeOwnership, dryRun }: ApplyOptions): Promise<unknown> {
  return cluster.request({
    method: 'PATCH',
    path: objectPath(object),
    query: {
      fieldManager,
      force: String(takeOwnership),
      // Server-side apply refuses unknown fields anyway; `Strict` would parse each object once more, for duplicate keys
      // that JSON.stringify never writes.
      fieldValidation: 'Ignore',
      ...(dryRun ? { dryRun: 'All' } : {}),
    },
    contentType: 'application/apply-patch+yaml',
    body: object.resource,
  });
}

function verdictOf(live: unknown, { resource, before }: ObjectToApply): Applied {
  if (before === undefined) return { verdict: 'applied', live };
  const former = before.get(resource.metadata.name);
  if (former === undefined) return { verdict: 'created', live };
  return { verdict: former === stringAt(live, 'metadata', 'resourceVersion') ? 'unchanged' : 'changed', live };
}
