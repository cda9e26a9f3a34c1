import { stringifyExactly } from '../../domain/kube/exact-integers.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isRefusal, isRefusalOfRequest, type ClusterStatusError } from '../../domain/kube/status-error.ts';
import { findObject } from './find-object.ts';
import { listObjects } from './list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Planned objects of one collection. */
export interface Collection {
  readonly kind: ApiKind;
  /** Empty for a kind of cluster scope. */
  readonly namespace: string;
  readonly planned: readonly Resource[];
}

/** Judges a planned object by what the cluster has of it: the object, nothing, or the refusal to show it. */
export type Judge<T> = (planned: Resource, found: Resource | undefined | ClusterStatusError) => Promise<T>;

const readsAtOnce = 8;
/** Below this many objects asking for each is not slower than a list, and needs no right to list. */
const fewest = 3;

/**
 * Reads what the cluster has of planned objects and judges each as it comes, so that a large collection is never in
 * memory whole: a list page by page where there are several, each by its name otherwise or when lists are refused.
 * Another object in place of a planned one proves nothing of it: the planned one counts as missing.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readLive<T>(
  cluster: Cluster,
  collection: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const { kind, planned } = collection;
  if (!kind.namespaced || planned.length < fewest) return readEach(cluster, collection, judge);
  try {
    return await readList(cluster, collection, judge);
  } catch (error) {
    if (!isRefusal(error, 403, 405)) throw error;
    return readEach(cluster, collection, judge);
  }
}

async function readList<T>(
  cluster: Cluster,
  { kind, namespace, planned }: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const wanted = new Map(planned.map((resource) => [resource.metadata.name, resource]));
  const judged = new Map<Resource, T>();
  const take = async (objects: readonly Resource[]): Promise<number> => {
    for (const found of objects) {
      const resource = wanted.get(found.metadata.name);
      if (resource !== undefined) judged.set(resource, await judge(resource, found));
    }
    return stringifyExactly(objects).length;
  };
  await listObjects({ cluster, kind, namespace }, { take, refuse: () => undefined, restart: () => judged.clear() });
  for (const resource of planned) if (!judged.has(resource)) judged.set(resource, await judge(resource, undefined));
  return judged;
}

async function readEach<T>(
  cluster: Cluster,
  { kind, namespace, planned }: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const entries = await mapConcurrently(planned, readsAtOnce, async (resource): Promise<[Resource, T]> => {
    const found = findObject(cluster, { kind, namespace, name: resource.metadata.name });
    return [resource, await judge(resource, await found.catch(toFinding))];
  });
  return new Map(entries);
}

function toFinding(error: unknown): ClusterStatusError | undefined {
  if (isUnexpectedObject(error)) return undefined;
  if (isRefusalOfRequest(error)) return error;
  throw error;
}
