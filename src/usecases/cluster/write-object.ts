import type { ApiKind } from '../../domain/kube/discovery.ts';
import { collectionPath, objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { fieldManager } from '../../domain/apply/creation-mark.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

type Query = Readonly<Record<string, string>>;

interface Change {
  readonly body: unknown;
  readonly query?: Query;
}

type Creation = Change & { readonly kind: ApiKind; readonly namespace: string };

interface Deletion {
  readonly propagationPolicy: 'Foreground' | 'Background';
  /** The server deletes the object only if it still has these. */
  readonly preconditions?: { readonly uid: string; readonly resourceVersion?: string };
  /** The server checks the deletion and keeps the object. */
  readonly dryRun?: boolean;
}

/** The query of a write that the server only checks, if it is one. */
export function dryRunQuery(dryRun: boolean): Query {
  return dryRun ? { dryRun: 'All' } : {};
}

export function createObject(cluster: Cluster, { kind, namespace, body, query = {} }: Creation): Promise<unknown> {
  return cluster.request({ method: 'POST', path: collectionPath(kind, namespace), query, body });
}

/** Changes the fields that a JSON merge patch has. */
export function mergePatch(cluster: Cluster, ref: ObjectRef, { body, query = {} }: Change): Promise<unknown> {
  const contentType = 'application/merge-patch+json';
  return cluster.request({ method: 'PATCH', path: objectPath(ref), query, body, contentType });
}

/** Server-side apply as the field manager of these programs. */
export function serverSideApply(cluster: Cluster, ref: ObjectRef, { body, query = {} }: Change): Promise<unknown> {
  const contentType = 'application/apply-patch+yaml';
  const own = { fieldManager, ...query };
  return cluster.request({ method: 'PATCH', path: objectPath(ref), query: own, body, contentType });
}

export function deleteObject(
  cluster: Cluster,
  ref: ObjectRef,
  { dryRun = false, ...more }: Deletion,
): Promise<unknown> {
  // In the body: where there is one, the server does not look at the query.
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...more, ...(dryRun ? { dryRun: ['All'] } : {}) };
  return cluster.request({ method: 'DELETE', path: objectPath(ref), body });
}
