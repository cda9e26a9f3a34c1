import { parseListPage } from '../../domain/clusters/api-answer.ts';
import { apiVersionOf, collectionPath, type ApiKind } from '../../domain/clusters/discovery.ts';
import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { TaskError } from '../../domain/errors.ts';
import { isObject, isResource, stringAt, type Resource } from '../../domain/resources/resource.ts';
import type { Cluster } from '../ports.ts';

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
  /** The list begins anew: what was taken may be outdated. */
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
 * A list whose snapshot expires goes on with the fresh token that the server offers, or begins anew.
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
      const objects = page.items.map((item) => asResource(item, request));
      const characters = await taker.take(objects);
      if (token === '') resourceVersion = page.resourceVersion;
      limit = nextLimit(characters, objects.length);
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

/** Lists of built-in kinds leave out what all their items share. */
function asResource(item: unknown, request: ListRequest): Resource {
  const { kind } = request;
  const whole = isObject(item)
    ? { ...item, apiVersion: item['apiVersion'] ?? apiVersionOf(kind), kind: item['kind'] ?? kind.kind }
    : item;
  if (isResource(whole)) return whole;
  const { namespace, cluster } = request;
  const doing = `listing ${kind.plural} in ${namespace} of ${cluster.server}`;
  throw new TaskError('cluster-refused', `${doing}: an item has no name`, {
    remedy: 'Look at the API server that serves this kind, then run again.',
  });
}
