import { isConflict, isRefusal, onRefusal } from '../../domain/kube/status-error.ts';
import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { isCovered, overlay } from '../../domain/apply/apply-object.ts';
import { without } from '../../domain/core/json-object.ts';
import { fieldManager, withCreationMark } from '../../domain/apply/creation-mark.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { findObject } from '../cluster/find-object.ts';
import { createObject, dryRunQuery } from '../cluster/write-object.ts';

export interface PlainObject {
  readonly resource: Resource;
  readonly ref: ObjectRef;
  readonly dryRun: boolean;
  /** The object as another one shows it, where the API does not show it yet. */
  readonly inStream?: Resource | undefined;
}

interface Written {
  readonly verdict: 'created' | 'changed' | 'unchanged';
  readonly live: unknown;
}

/**
 * Creates or updates one object where the API knows no server-side apply. When the answer to a write is lost, or
 * another client was faster, what is there is read back: it is never created twice, and counts as written only when it
 * is as wanted.
 * @throws ClusterStatusError for a refusal, TaskError when the cluster does not answer
 */
export async function createOrUpdate(cluster: Cluster, object: PlainObject): Promise<Written> {
  const present = (await findObject(cluster, object.ref)) ?? object.inStream;
  if (present !== undefined && isCovered(comparable(object.resource), present))
    return { verdict: 'unchanged', live: present };
  try {
    return await write(cluster, object, present);
  } catch (error) {
    if (!mayBeWritten(error)) throw error;
    const found = await findObject(cluster, object.ref);
    if (found === undefined) return writeUnseen(cluster, object, error);
    if (isCovered(comparable(object.resource), found))
      return { verdict: present === undefined ? 'created' : 'changed', live: found };
    return write(cluster, object, found);
  }
}

async function write(cluster: Cluster, object: PlainObject, present: unknown): Promise<Written> {
  const wanted = comparable(object.resource);
  if (present !== undefined) return replace(cluster, object, overlay(present, wanted));
  const query = { fieldManager, ...dryRunQuery(object.dryRun) };
  // The server records no field manager, so the object says itself who created it.
  const live = await createObject(cluster, { ...object.ref, query, body: withCreationMark(wanted) });
  return { verdict: 'created', live };
}

/**
 * Writes what cannot be seen: a tag of OpenShift is shown only once its image is imported. A second creation is refused
 * when the first one arrived.
 */
async function writeUnseen(cluster: Cluster, object: PlainObject, error: unknown): Promise<Written> {
  if (!isConflict(error))
    return write(cluster, object, undefined).catch(
      onRefusal<Written>([409], { verdict: 'created', live: object.resource }),
    );
  return replace(cluster, object, comparable(object.resource));
}

async function replace(cluster: Cluster, { ref, dryRun }: PlainObject, body: unknown): Promise<Written> {
  const query = { fieldManager, ...dryRunQuery(dryRun) };
  return { verdict: 'changed', live: await cluster.request({ method: 'PUT', path: objectPath(ref), query, body }) };
}

/** No answer at all, a server that broke while it worked, or a version that is there already. */
function mayBeWritten(error: unknown): boolean {
  if (error instanceof TaskError && error.code === 'unreachable') return true;
  return isRefusal(error, 409, 500, 502, 503, 504);
}

/**
 * An ImageStreamTag shows the labels of its stream, which do not count as a change of the tag: the server refuses a
 * write with others.
 */
function comparable(resource: Resource): Resource {
  if (resource.kind !== 'ImageStreamTag') return resource;
  const { name } = resource.metadata;
  return { ...resource, metadata: { ...without(resource.metadata, (key) => key === 'labels'), name } };
}
