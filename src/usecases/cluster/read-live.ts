import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { checkObject, type ExpectedObject } from '../../domain/kube/expected-object.ts';
import { isResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { noteSecretValues } from '../../domain/export/note-secret-values.ts';
import { collectionPath, type ApiKind } from './resolve-kinds.ts';
import { listObjects } from './list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Planned objects of one collection. */
export interface Collection {
  readonly api: ApiKind;
  /** Empty for a kind of cluster scope. */
  readonly namespace: string;
  readonly planned: readonly Resource[];
}

/** Judges a planned object by what the cluster has of it: the object, nothing, or the refusal to tell. */
export type Judge<T> = (planned: Resource, found: Resource | undefined | ClusterStatusError) => Promise<T>;

const readsAtOnce = 8;
/** Below this many objects asking for each is not slower than a list, and needs no right to list. */
const fewest = 3;

/**
 * Reads what the cluster has of planned objects and judges each as it comes, so that a large collection is never in
 * memory whole: a list page by page where there are several, each by its name otherwise or when lists are refused.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readLive<T>(
  cluster: Cluster,
  collection: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const { api, planned } = collection;
  if (!api.namespaced || planned.length < fewest) return readEach(cluster, collection, judge);
  try {
    return await readList(cluster, collection, judge);
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || ![403, 405].includes(error.status)) throw error;
    return readEach(cluster, collection, judge);
  }
}

async function readList<T>(
  cluster: Cluster,
  { api, namespace, planned }: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const wanted = new Map(planned.map((resource) => [resource.metadata.name, resource]));
  const judged = new Map<Resource, T>();
  const [{ group, version, kind } = { group: '', version: '', kind: '' }] = planned.map(keyOf);
  const listed = { group, version, kind, plural: api.plural, namespaced: true, verbs: [] };
  await listObjects(
    { cluster, kind: listed, namespace },
    {
      take: async (objects) => {
        for (const found of objects) {
          const resource = wanted.get(found.metadata.name);
          if (resource !== undefined) judged.set(resource, await judge(resource, found));
        }
        return JSON.stringify(objects).length;
      },
      // Another object in the list proves nothing of the planned one, which counts as missing then.
      refuse: () => undefined,
      restart: () => {
        judged.clear();
      },
    },
  );
  for (const resource of planned) if (!judged.has(resource)) judged.set(resource, await judge(resource, undefined));
  return judged;
}

async function readEach<T>(
  cluster: Cluster,
  { api, namespace, planned }: Collection,
  judge: Judge<T>,
): Promise<ReadonlyMap<Resource, T>> {
  const collection = collectionPath(api, namespace);
  const entries = await mapConcurrently(planned, readsAtOnce, async (resource): Promise<[Resource, T]> => {
    const path = `${collection}/${encodeURIComponent(resource.metadata.name)}`;
    const { apiVersion, kind } = resource;
    const expected = { apiVersion, kind, namespace: api.namespaced ? namespace : '', name: resource.metadata.name };
    return [resource, await judge(resource, await readObject(cluster, path, expected))];
  });
  return new Map(entries);
}

/**
 * An object, nothing when it is not there, or the refusal to tell.
 * @param expected another object in its place counts as nothing; absent: the caller compares the identity
 */
export async function readObject(
  cluster: Cluster,
  path: string,
  expected?: ExpectedObject,
): Promise<Resource | undefined | ClusterStatusError> {
  try {
    const answer = await cluster.request({ path });
    const found = expected === undefined ? answer : checkObject(answer, expected).resource;
    if (!isResource(found)) return undefined;
    noteSecretValues(found);
    return found;
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || error.status === 401) throw error;
    return error.status === 404 ? undefined : error;
  }
}
