import { parseListPage } from '../../domain/kube/api-answer.ts';
import { collectionPath, type ApiKind } from '../../domain/kube/discovery.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { checkObject, expectedOf, type UnexpectedObject } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { noteSecretValues } from '../../domain/export/note-secret-values.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

export interface ListRequest {
  readonly cluster: Cluster;
  readonly kind: ApiKind;
  readonly namespace: string;
  /** Absent or empty: all objects. */
  readonly labelSelector?: string;
  /** In which form the server shall give the list; its usual one when absent. */
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

/**
 * Lists the objects of one kind in a namespace, in pages that are large for small objects and small for large ones.
 * A list whose snapshot expires goes on with the fresh token that the server offers, or begins again. Only objects of the
 * requested kind and namespace are taken; the values of Secrets are redacted from then on.
 * @throws ClusterStatusError when the list is refused, TaskError `cluster-refused` when the answer is no list
 */
export async function listObjects(request: ListRequest, taker: PageTaker): Promise<Listing> {
  const { cluster, kind, namespace, labelSelector = '', accept } = request;
  const path = collectionPath(kind, namespace);
  let limit = firstPage;
  let expirations = 0;
  let resourceVersion = '';
  let token: string | undefined = '';
  while (token !== undefined) {
    try {
      const query = {
        limit: String(limit),
        ...(labelSelector === '' ? {} : { labelSelector }),
        ...(token === '' ? {} : { continue: token }),
      };
      const answer = await cluster.request({ path, query, ...(accept === undefined ? {} : { accept }) });
      const page = parseListPage(answer, { path, server: cluster.server });
      const objects = checkObjects(page.items, request, taker);
      const characters = await taker.take(objects);
      if (token === '') resourceVersion = page.resourceVersion;
      limit = nextLimit(characters, page.items.length);
      token = page.token === '' ? undefined : page.token;
    } catch (error) {
      expirations += 1;
      token = freshToken(error, expirations);
      if (token === '') taker.restart();
    }
  }
  return { resourceVersion, expirations };
}

/** The token to go on with after an expired one; empty: begin anew. Throws what is no expiration. */
function freshToken(error: unknown, expirations: number): string {
  const expired = error instanceof ClusterStatusError && error.status === 410;
  if (!expired || expirations > mostExpirations) throw error;
  return stringAt(error.body, 'metadata', 'continue') ?? '';
}

function nextLimit(characters: number, objects: number): number {
  if (objects === 0) return largestPage;
  const fitting = Math.floor((wantedCharacters * objects) / Math.max(1, characters));
  return Math.min(largestPage, Math.max(smallestPage, fitting));
}

/** Throws for a page without any name: that is no list of objects. */
function checkObjects(items: readonly unknown[], request: ListRequest, taker: PageTaker): readonly Resource[] {
  const { kind, namespace, accept } = request;
  const expected = { ...expectedOf(kind, namespace), isMetadataOnly: accept !== undefined };
  const checked = items.map((item) => checkObject(item, expected));
  if (items.length > 0 && checked.every(({ unexpected }) => unexpected?.name === ''))
    throw notAList(request, 'no item has a name');
  return checked.flatMap(({ resource, unexpected }) => {
    if (resource !== undefined) {
      noteSecretValues(resource);
      return [resource];
    }
    if (taker.refuse === undefined) throw notAList(request, `${JSON.stringify(unexpected.name)}: ${unexpected.why}`);
    taker.refuse(unexpected);
    return [];
  });
}

function notAList({ kind, namespace, cluster }: ListRequest, cause: string): TaskError {
  return new TaskError('cluster-refused', `listing ${kind.plural} in ${namespace} of ${cluster.server}: ${cause}`, {
    remedy: 'Look at the API server that serves this kind, then run again.',
  });
}
