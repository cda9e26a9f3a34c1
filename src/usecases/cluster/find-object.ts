import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { checkObject, expectedOf, unexpectedObject } from '../../domain/kube/expected-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { noteSecretValues } from '../../domain/export/sealed-secret.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/**
 * An object, checked to be the requested one; the values of a Secret are redacted from then on.
 * @throws ClusterStatusError, also when there is none; TaskError `unexpected-object` for another object
 */
export async function getObject(cluster: Cluster, ref: ObjectRef): Promise<Resource> {
  const path = objectPath(ref);
  const expected = { ...expectedOf(ref.kind, ref.namespace), name: ref.name };
  const { resource, unexpected } = checkObject(await cluster.request({ path }), expected, cluster.redactor);
  if (resource === undefined) throw unexpectedObject({ path, server: cluster.server }, unexpected);
  noteSecretValues(resource, cluster.redactor);
  return resource;
}

/** The same, or undefined when there is none. @throws ClusterStatusError except 404; TaskError `unexpected-object` */
export function findObject(cluster: Cluster, ref: ObjectRef): Promise<Resource | undefined> {
  return getObject(cluster, ref).catch(onRefusal([404], undefined));
}

/** A document of the discovery; undefined when there is none. @throws ClusterStatusError for other refusals than 404 */
export function findDocument(cluster: Cluster, path: string): Promise<unknown> {
  return cluster.request({ path }).catch(onRefusal([404], undefined));
}

/** A namespace, or why there is none to see. @throws ClusterStatusError for refusals other than 403 and 404 */
export async function findNamespace(cluster: Cluster, name: string): Promise<Resource | 'missing' | 'forbidden'> {
  const found = findObject(cluster, { kind: knownKinds.namespaces, namespace: '', name });
  return (await found.catch(onRefusal([403], 'forbidden' as const))) ?? 'missing';
}
