import { describeAnswer, listIn, notKubernetes } from '../../domain/kube/api-answer.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { stringAt, valueAt } from '../../domain/core/json-object.ts';
import { assertKubernetes } from './assert-kubernetes.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Where objects of one kind live in the API. */
export interface ApiKind {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Kinds by `<apiVersion> <kind>`. */
export type ApiKinds = ReadonlyMap<string, ApiKind>;

// Strict, since it becomes part of a path.
const apiVersionPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[a-z0-9]+$/;

/**
 * Asks a cluster for the kinds of the given group versions, one request each, all at once. What the cluster does not
 * serve is simply absent.
 * @throws ClusterStatusError for refusals other than 404, TaskError `not-kubernetes` for a server that is no API server,
 *   TaskError when the cluster does not answer
 */
export async function discoverKinds(cluster: Cluster, apiVersions: Iterable<string>): Promise<ApiKinds> {
  const wanted = [...new Set(apiVersions)].filter((apiVersion) => apiVersionPattern.test(apiVersion));
  const found = await Promise.all(wanted.map((apiVersion) => kindsOf(cluster, apiVersion)));
  if (wanted.length > 0 && found.flat().length === 0) await assertKubernetes(cluster);
  return new Map(found.flat());
}

/** The key of a kind in `ApiKinds`. */
export function kindKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return `${apiVersion} ${kind}`;
}

/** The path of a collection; `namespace` is passed over for kinds of cluster scope. */
export function collectionPath({ base, plural, namespaced }: ApiKind, namespace: string): string {
  return namespaced ? `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}` : `${base}/${plural}`;
}

async function kindsOf(cluster: Cluster, apiVersion: string): Promise<readonly [string, ApiKind][]> {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const list = await requestUnlessMissing(cluster, base);
  if (list === undefined) return [];
  const resources = listIn(list, 'resources', 'APIResourceList');
  if (resources === undefined) {
    const { server } = cluster;
    throw notKubernetes({ path: base, server }, `expected APIResourceList, got ${describeAnswer(list)}`);
  }
  return resources.flatMap((entry): [string, ApiKind][] => {
    const [plural, kind] = [stringAt(entry, 'name'), stringAt(entry, 'kind')];
    if (plural === undefined || kind === undefined || !/^[a-z0-9.-]+$/.test(plural)) return [];
    return [[kindKey({ apiVersion, kind }), { base, plural, namespaced: valueAt(entry, 'namespaced') === true }]];
  });
}

async function requestUnlessMissing(cluster: Cluster, path: string): Promise<unknown> {
  try {
    return await cluster.request({ path });
  } catch (error) {
    if (error instanceof ClusterStatusError && error.status === 404) return undefined;
    throw error;
  }
}
