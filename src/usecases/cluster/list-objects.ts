import { stringifyExactly } from '../../domain/kube/exact-integers.ts';
import { parseListPage } from '../../domain/kube/api-answer.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { collectionPath } from '../../domain/kube/api-paths.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isRefusal, onRefusal } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { checkObject, expectedOf, unexpectedObject, type UnexpectedObject } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { noteSecretValues } from '../../domain/export/sealed-secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface ListRequest {
  readonly cluster: Cluster;
  readonly kind: ApiKind;
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** Absent or empty: all objects. */
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string;
  /** The form of a list of metadata only; absent: whole objects. */
  readonly accept?: string;
}

/** Takes the objects of a list page by page. */
export interface PageTaker {
  /** Returns how many characters the objects came to. */
  take(objects: readonly Resource[]): Promise<number>;
  /** Gets each object that the list must not hold, which is not taken. Absent: such an object fails the list. */
  refuse?(object: UnexpectedObject): void;
  /** The list begins again: what was taken or refused may be outdated. */
  restart(): void;
}

export interface Listing {
  /** Version of the collection that the first page shows; empty when the server gives none. */
  readonly resourceVersion: string;
  /** How often the server let go of the snapshot between two pages: later pages then show a later state. */
  readonly expirations: number;
}

/** etcd keeps a snapshot for five minutes: who outlives several of them will not end. */
const mostExpirations = 5;

// A page is held in memory whole, and no one knows the size of objects beforehand: from 1 KiB to 1.5 MiB each.
const firstPage = 50;
const largestPage = 500;
const smallestPage = 5;
const wantedCharacters = 1024 * 1024;
const measuredOneOf = 8;
/** Of small objects: ten million, more than etcd holds. */
const mostPages = 20_000;
/** Objects that a list must not hold, which are reported one by one. */
const mostUnexpected = 1000;

/**
 * Lists the objects of one kind in a namespace, in pages that are large for small objects and small for large ones. A
 * list whose snapshot expires continues with the fresh token that the server offers, or begins again. Only objects of
 * the requested kind and namespace are taken; the values of Secrets are redacted from then on.
 * @throws ClusterStatusError when the list is refused; TaskError `cluster-refused` when the answer is not a list,
 *   `unexpected-object` for another object that `refuse` does not get
 */
export async function listObjects(request: ListRequest, taker: PageTaker): Promise<Listing> {
  const { cluster, kind, namespace, labelSelector, fieldSelector, accept } = request;
  const path = collectionPath(kind, namespace);
  let limit = firstPage;
  let expirations = 0;
  let resourceVersion = '';
  let token: string | undefined = '';
  const used = new Set<string>();
  const counted = countingRefusals(taker, path, cluster.server);
  while (token !== undefined) {
    try {
      if (used.has(token) || used.size > mostPages) throw endlessList(path, cluster.server);
      used.add(token);
      const query = {
        limit: String(limit),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
        ...(token === '' ? {} : { continue: token }),
      };
      const answer = await cluster.request({ path, query, ...(accept === undefined ? {} : { accept }) });
      const page = parseListPage(answer, { path, server: cluster.server });
      const objects = checkObjects(page.items, request, counted);
      const characters = await taker.take(objects);
      if (token === '') resourceVersion = page.resourceVersion;
      limit = nextLimit(characters, page.items.length);
      token = page.token === '' ? undefined : page.token;
    } catch (error) {
      expirations += 1;
      token = freshToken(error, expirations);
      used.clear();
      if (token === '') taker.restart();
    }
  }
  return { resourceVersion, expirations };
}

export interface CollectRequest extends ListRequest {
  /** What is held of each object; absent: all. */
  readonly keep?: (object: Resource) => Resource;
}

/** All objects of a short list. `refuse` gets each that it must not hold; absent: such an object fails the list. */
export async function collectObjects(
  request: CollectRequest,
  refuse?: (object: UnexpectedObject) => void,
): Promise<readonly Resource[]> {
  const { keep = (object: Resource) => object } = request;
  let found: Resource[] = [];
  let refused: UnexpectedObject[] = [];
  const taker: PageTaker = {
    take: (objects) => {
      found.push(...objects.map(keep));
      return Promise.resolve(estimateCharacters(objects));
    },
    restart: () => {
      found = [];
      refused = [];
    },
    ...(refuse === undefined ? {} : { refuse: (object) => refused.push(object) }),
  };
  try {
    await listObjects(request, taker);
  } finally {
    if (refuse !== undefined) refused.forEach(refuse);
  }
  return found;
}

/** The pods of a namespace that a label selector chooses, or all. */
export function listPods(cluster: Cluster, namespace: string, labelSelector?: string): Promise<readonly Resource[]> {
  return collectObjects({ cluster, kind: knownKinds.pods, namespace, labelSelector });
}

/** The token to continue with after an expired one; empty: begin again. Throws other errors. */
function freshToken(error: unknown, expirations: number): string {
  if (!isRefusal(error, 410) || expirations > mostExpirations) throw error;
  return stringAt(error.body, 'metadata', 'continue') ?? '';
}

/** Characters of objects, from every eighth of them: to write all takes as long as to read them. */
function estimateCharacters(objects: readonly Resource[]): number {
  const measured = objects.filter((_object, index) => index % measuredOneOf === 0);
  return (stringifyExactly(measured).length * objects.length) / Math.max(1, measured.length);
}

function nextLimit(characters: number, objects: number): number {
  if (objects === 0) return largestPage;
  const fitting = Math.floor((wantedCharacters * objects) / Math.max(1, characters));
  return Math.min(largestPage, Math.max(smallestPage, fitting));
}

/** The same taker, which gets a limited number of objects that the list must not hold. */
function countingRefusals(taker: PageTaker, path: string, server: string): PageTaker {
  let count = 0;
  if (taker.refuse === undefined) return taker;
  return {
    ...taker,
    refuse: (object) => {
      count += 1;
      if (count > mostUnexpected) throw unexpectedObject({ path, server }, object);
      taker.refuse?.(object);
    },
  };
}

function endlessList(path: string, server: string): TaskError {
  return new TaskError('cluster-refused', `GET ${path} of ${server}: the list does not end, its pages repeat`, {
    remedy: 'Check the API server that serves this kind, then run again.',
  });
}

/** Throws for a page without any name: an invalid list of objects. */
function checkObjects(items: readonly unknown[], request: ListRequest, taker: PageTaker): readonly Resource[] {
  const { cluster, kind, namespace, accept } = request;
  const { redactor } = cluster;
  const asked = { path: collectionPath(kind, namespace), server: cluster.server };
  const expected = { ...expectedOf(kind, namespace), isMetadataOnly: accept !== undefined };
  const checked = items.map((item) => checkObject(item, expected, redactor));
  if (items.length > 0 && checked.every(({ unexpected }) => unexpected?.name === ''))
    throw new TaskError('cluster-refused', `GET ${asked.path} of ${asked.server}: no item of the list has a name`, {
      remedy: 'Check the API server that serves this kind, then run again.',
    });
  return checked.flatMap(({ resource, unexpected }) => {
    if (resource !== undefined) {
      noteSecretValues(resource, redactor);
      return [resource];
    }
    if (taker.refuse === undefined) throw unexpectedObject(asked, unexpected);
    taker.refuse(unexpected);
    return [];
  });
}

/** Resource versions by object name, as a collection had them; undefined when the cluster does not let us list it. */
export type Versions = ReadonlyMap<string, string> | undefined;

/** Asks for a list of names and metadata. */
export const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Lists names and resource versions of a collection, metadata only. Another object in it makes all versions unknown. */
export async function listVersions(request: ListRequest): Promise<Versions> {
  const versions = new Map<string, string>();
  const refused: UnexpectedObject[] = [];
  const take = (objects: readonly Resource[]): Promise<number> => {
    for (const { metadata } of objects) versions.set(metadata.name, stringAt(metadata, 'resourceVersion') ?? '');
    return Promise.resolve(0);
  };
  const taker: PageTaker = { take, refuse: (object) => refused.push(object), restart: () => versions.clear() };
  const listing = listObjects({ ...request, accept: metadataOnly }, taker);
  const listed = await listing.catch(onRefusal([], undefined));
  return listed !== undefined && refused.length === 0 ? versions : undefined;
}
