import type { ReadList } from '../../domain/core/ports.ts';
import { makeTextTable } from '../../domain/core/text-table.ts';
import { stringifyExactly } from '../../domain/kube/exact-integers.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isRefusal, isRefusalOfRequest, type ClusterStatusError } from '../../domain/kube/status-error.ts';
import { findObject } from './find-object.ts';
import { listObjects } from './list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Planned objects of one collection, as indexes in the list of all planned objects. */
export interface Collection {
  readonly kind: ApiKind;
  /** Empty for a kind of cluster scope. */
  readonly namespace: string;
  readonly add: (index: number, name: string) => void;
  readonly size: () => number;
  /** Numbers the names; -1 for another one. */
  readonly find: (name: string) => number;
  /** The first object with each name, by the number of the name. */
  readonly first: readonly number[];
  /** Objects whose names the plan has twice. */
  readonly again: readonly number[];
}

/** An empty collection. @param namespace empty for a kind of cluster scope */
export function makeCollection(kind: ApiKind, namespace: string): Collection {
  const names = makeTextTable();
  const [first, again] = [new Array<number>(), new Array<number>()];
  const add = (index: number, name: string): void => {
    const isNew = names.add(name) === first.length;
    (isNew ? first : again).push(index);
  };
  return { kind, namespace, add, first, again, find: names.find, size: () => first.length + again.length };
}

/** A planned object, and where it is in the list of all. */
export interface PlannedObject {
  readonly index: number;
  readonly resource: Resource;
}

/**
 * Judges a planned object by what the cluster has of it: the object, nothing, or the refusal to show it. It is called
 * again for an object whose list began again: the last call counts.
 */
export type Judge = (planned: PlannedObject, found: Resource | undefined | ClusterStatusError) => Promise<void>;

interface Reading {
  readonly cluster: Cluster;
  readonly planned: ReadList<Resource>;
}

const readsAtOnce = 8;
/** Below this many objects asking for each is not slower than a list, and needs no right to list. */
const fewest = 3;

/**
 * Reads what the cluster has of planned objects and judges each as it comes, so that a large collection is never in
 * memory whole: a list page by page where there are several, each by its name otherwise or when lists are refused.
 * Another object in place of a planned one proves nothing of it: the planned one counts as missing.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readLive(reading: Reading, collection: Collection, judge: Judge): Promise<void> {
  const { kind, first, again } = collection;
  const all = [...first, ...again];
  if (!kind.namespaced || all.length < fewest) return readEach(reading, { ...collection, indexes: all }, judge);
  try {
    await readList(reading, collection, judge);
  } catch (error) {
    if (!isRefusal(error, 403, 405)) throw error;
    return readEach(reading, { ...collection, indexes: all }, judge);
  }
  await readEach(reading, { ...collection, indexes: again }, judge);
}

async function readList({ cluster, planned }: Reading, collection: Collection, judge: Judge): Promise<void> {
  const { kind, namespace, first } = collection;
  const judged = new Uint8Array(first.length);
  const take = async (objects: readonly Resource[]): Promise<number> => {
    // The planned objects of a page are read together: lists of other kinds are read at the same time.
    const pairs = objects.flatMap((found) => {
      const number = collection.find(found.metadata.name);
      const index = first[number];
      const resource = index === undefined ? undefined : planned.at(index);
      return index === undefined || resource === undefined ? [] : [{ number, index, resource, found }];
    });
    for (const { number, index, resource, found } of pairs) {
      await judge({ index, resource }, found);
      judged[number] = 1;
    }
    return stringifyExactly(objects).length;
  };
  await listObjects({ cluster, kind, namespace }, { take, refuse: () => undefined, restart: () => judged.fill(0) });
  const missing = first.filter((_, number) => judged[number] === 0);
  for (const each of objectsAt(missing, planned)) await judge(each, undefined);
}

interface Some extends Pick<Collection, 'kind' | 'namespace'> {
  readonly indexes: readonly number[];
}

async function readEach({ cluster, planned }: Reading, some: Some, judge: Judge): Promise<void> {
  const { kind, namespace, indexes } = some;
  await mapConcurrently(objectsAt(indexes, planned), readsAtOnce, async (each) => {
    const found = findObject(cluster, { kind, namespace, name: each.resource.metadata.name });
    await judge(each, await found.catch(toFinding));
  });
}

function objectsAt(indexes: readonly number[], planned: ReadList<Resource>): IteratorObject<PlannedObject> {
  return Iterator.from(indexes).flatMap((index) => {
    const resource = planned.at(index);
    return resource === undefined ? [] : [{ index, resource }];
  });
}

function toFinding(error: unknown): ClusterStatusError | undefined {
  if (isUnexpectedObject(error)) return undefined;
  if (isRefusalOfRequest(error)) return error;
  throw error;
}
