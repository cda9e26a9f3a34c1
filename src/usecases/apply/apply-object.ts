import { isRefusal } from '../../domain/kube/status-error.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isCovered } from '../../domain/apply/apply-object.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount, mergeSecretLists } from '../../domain/kube/service-account.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { createOrUpdate } from './create-or-update.ts';
import { findObject } from '../cluster/find-object.ts';
import type { Versions } from '../cluster/list-versions.ts';
import { dryRunQuery, mergePatch, serverSideApply } from '../cluster/write-object.ts';

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
  if (object.resource.kind === 'ImageStreamTag') return createOrUpdate(cluster, fallback);
  try {
    return verdictOf(await patch(cluster, await reconcile(cluster, object, options), options), object);
  } catch (error) {
    if (!isRefusal(error, unsupportedMediaType)) throw error;
    return createOrUpdate(cluster, fallback);
  }
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
  return serverSideApply(cluster, refOf(object), {
    query: {
      force: String(takeOwnership),
      // Server-side apply refuses unknown fields anyway; `Strict` would parse each object once more, for duplicate keys
      // that JSON.stringify never writes.
      fieldValidation: 'Ignore',
      ...dryRunQuery(dryRun),
    },
    body: object.resource,
  });
}

function verdictOf(live: unknown, { resource, before }: ObjectToApply): Applied {
  if (before === undefined) return { verdict: 'applied', live };
  const former = before.get(resource.metadata.name);
  if (former === undefined) return { verdict: 'created', live };
  return { verdict: former === stringAt(live, 'metadata', 'resourceVersion') ? 'unchanged' : 'changed', live };
}
