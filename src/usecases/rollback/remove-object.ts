import { isConflict, isForbidden, isNotFound, isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { namespaced } from '../../domain/kube/known-kinds.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import type { Sha256 } from '../../domain/core/ports.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { Reason } from '../../domain/reports/reasons.ts';
import { carriesMark, fieldManager } from '../../domain/apply/creation-mark.ts';
import { arrayAt, stringAt, valueAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import {
  isStream,
  isStreamTag,
  pushedTags,
  splitTagName,
  viewOfTag,
  withoutSpecTags,
} from '../../domain/kube/stream-tag.ts';
import type { AppliedObject } from '../../domain/apply/applied-object.ts';
import { reportedDigest } from '../cluster/content-digest.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { findObject } from '../cluster/find-object.ts';
import { deleteObject } from '../cluster/write-object.ts';

export interface RemovePorts {
  readonly cluster: Cluster;
  readonly sha256: Sha256;
}

export interface RemoveOptions {
  /** Whether it is removed although it says something else than when it was applied. */
  readonly allowChanged: boolean;
  /** Whether the report that names it is proven by a digest, is not, or no digest was given. */
  readonly proof: 'proven' | 'unproven' | 'not-asked';
  /** Tags of the stream that would be removed before it; empty when they were. */
  readonly removedTags: ReadonlySet<string>;
  /** The server checks the deletion and keeps the object. */
  readonly dryRun: boolean;
}

/** An object of a report, and where it is in the API. */
export interface PlacedObject {
  readonly object: AppliedObject;
  readonly ref: ObjectRef;
}

/** What became of an attempt: settled, or on its way out and to be waited for. */
export type Removal = { readonly item: Item<'rollback'> } | { readonly leaving: PlacedObject };

/**
 * Deletes an object with its dependents if it is still the one that was created, says what it said then, and carries the
 * mark of these programs or is in a proven report. The server checks identity and version once more at the deletion, so that a change in between
 * is not lost.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function removeObject(placed: PlacedObject, options: RemoveOptions, ports: RemovePorts): Promise<Removal> {
  try {
    const found = await findObject(ports.cluster, placed.ref);
    return await removeFound(placed, found ?? (await findTagInStream(ports.cluster, placed)), { options, ports });
  } catch (error) {
    const { id } = placed.object;
    if (isUnexpectedObject(error)) return failed(id, error.code, error.message);
    if (isRefusalOfRequest(error)) return failed(id, 'unreadable', error.message);
    throw error;
  }
}

async function removeFound(
  placed: PlacedObject,
  found: Resource | undefined,
  { options, ports }: { readonly options: RemoveOptions; readonly ports: RemovePorts },
): Promise<Removal> {
  const { object } = placed;
  const { id, uid } = object;
  if (found === undefined) return done(id, 'gone-already');
  if (uid === '') return failed(id, 'unconfirmed', unconfirmed);
  const isOther = stringAt(found, 'metadata', 'uid') !== uid;
  if (isOther) return failed(id, 'changed-since', 'another object has taken this name');
  if (valueAt(found, 'metadata', 'deletionTimestamp') !== undefined) return { leaving: placed };
  const refusal = refusalOf(object, found, { ...options, sha256: ports.sha256 });
  if (refusal !== undefined) return failed(id, ...refusal);
  return deleteFound(placed, found, { ...options, cluster: ports.cluster });
}

const unconfirmed =
  'a run was cut off while it created it, so its UID is unknown: apply the same folder again, then roll back, or delete it by hand';
const unproven = 'the report that report-digest names does not have it: it is not removed';
const notMarked =
  `its managedFields have no entry of ${fieldManager} with operation Apply: it has no fields, these tasks never applied ` +
  'it, or other managers took all its fields. It remains, unless report-digest proves the report';

/** Why an object that is there must not be removed: reason and message. */
function refusalOf(
  object: AppliedObject,
  found: Resource,
  { allowChanged, proof, removedTags, sha256 }: RemoveOptions & { readonly sha256: Sha256 },
): readonly [reason: Reason<'rollback'>, message: string] | undefined {
  if (proof === 'unproven') return ['unproven', unproven];
  // A server keeps no entry for an object without fields, such as a bare ServiceAccount: a proven report stands for it.
  const isOurs = proof === 'proven' || carriesMark(found);
  if (allowChanged && isOurs) return undefined;
  const left = isStream(object) ? withoutSpecTags(found, removedTags) : found;
  const isSame = isUnchanged(object, left, sha256);
  if (!isOurs) return [isSame ? 'not-marked' : 'changed-since', notMarked];
  const unless = 'it remains, unless allow-changed names it';
  if (!isSame) return ['changed-since', `it was changed since it was applied${changersOf(found)}: ${unless}`];
  const pushed = isStream(object) ? pushedTags(found).filter((tag) => !removedTags.has(tag)) : [];
  if (pushed.length === 0) return undefined;
  return ['not-empty', `it has tags that others pushed: ${pushed.join(', ')}: ${unless}`];
}

/** The digest of a Secret is that of its keys alone: there only the version shows a change. */
function isUnchanged(object: AppliedObject, found: Resource, sha256: Sha256): boolean {
  if (reportedDigest(found, sha256) !== object.contentDigest) return false;
  return object.kind !== 'Secret' || stringAt(found, 'metadata', 'resourceVersion') === object.resourceVersion;
}

/** The API does not show a tag before its image is imported; its stream does. */
async function findTagInStream(cluster: Cluster, { object, ref }: PlacedObject): Promise<Resource | undefined> {
  if (!isStreamTag(object)) return undefined;
  const { stream: name, tag } = splitTagName(object.name);
  const kind = namespaced(object.apiVersion, 'ImageStream', 'imagestreams');
  const stream = await findObject(cluster, { ...ref, kind, name });
  return stream === undefined ? undefined : viewOfTag(stream, tag);
}

/** Who else wrote to it, for the reader. */
function changersOf(found: Resource): string {
  const managers = arrayAt(found, 'metadata', 'managedFields')
    .filter((entry) => stringAt(entry, 'subresource') === undefined)
    .map((entry) => `${stringAt(entry, 'manager') ?? ''} at ${stringAt(entry, 'time') ?? ''}`)
    .filter((manager) => !manager.startsWith('crane-tasks '));
  return managers.length === 0 ? '' : ` (fields are written by ${managers.join(', ')})`;
}

async function deleteFound(
  placed: PlacedObject,
  found: Resource,
  { cluster, dryRun }: RemoveOptions & { readonly cluster: Cluster },
): Promise<Removal> {
  const { id, uid, kind } = placed.object;
  // OpenShift computes these from their stream, and not each of its versions knows dry runs of them.
  if (dryRun && kind === 'ImageStreamTag') return done(id, 'would-delete');
  const resourceVersion = stringAt(found, 'metadata', 'resourceVersion');
  const preconditions = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const propagationPolicy = hasPods(placed.object) ? 'Foreground' : 'Background';
  try {
    await deleteObject(cluster, placed.ref, { propagationPolicy, preconditions, dryRun });
    return dryRun ? done(id, 'would-delete') : { leaving: placed };
  } catch (error) {
    if (!isRefusalOfRequest(error)) throw error;
    if (isNotFound(error)) return done(id, 'gone-already');
    const reason = isConflict(error) ? 'changed-since' : isForbidden(error) ? 'forbidden' : 'refused';
    return failed(id, reason, error.message);
  }
}

/** Such an object is deleted after its dependents: once it is gone, so are its pods. */
function hasPods({ apiVersion, kind }: AppliedObject): boolean {
  return /^(?:apps|batch|apps\.openshift\.io)\//.test(apiVersion) || kind === 'ReplicationController';
}

function done(id: string, reason: Reason<'rollback'>): Removal {
  return { item: { id, outcome: 'done', reason } };
}

function failed(id: string, reason: Reason<'rollback'>, message: string): Removal {
  return { item: { id, outcome: 'failed', reason, message } };
}
