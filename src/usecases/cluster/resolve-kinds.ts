import { notKubernetes } from '../../domain/kube/api-answer.ts';
import { apiVersionOf, parseClassicKinds, type ApiKind } from '../../domain/kube/discovery.ts';
import { groupVersionPath } from '../../domain/kube/api-paths.ts';
import { splitApiVersion } from '../../domain/kube/resource.ts';
import { assertKubernetes } from './assert-kubernetes.ts';
import { findDocument } from './find-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Kinds by `<apiVersion> <kind>`. */
export type ApiKinds = ReadonlyMap<string, ApiKind>;

// Strict, since it becomes part of a path.
const apiVersionPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[a-z0-9]+$/;

/**
 * Asks a cluster for the kinds of the given group versions, one request each, all at once. What the cluster does not
 * serve is absent.
 * @throws ClusterStatusError for refusals other than 404, TaskError `not-kubernetes` for a server that is not an API
 *   server, TaskError when the cluster does not answer
 */
export async function resolveKinds(cluster: Cluster, apiVersions: Iterable<string>): Promise<ApiKinds> {
  const wanted = [...new Set(apiVersions)].filter((apiVersion) => apiVersionPattern.test(apiVersion));
  const found = await Promise.all(wanted.map((apiVersion) => kindsOf(cluster, apiVersion)));
  if (wanted.length > 0 && found.flat().length === 0) await assertKubernetes(cluster);
  return new Map(found.flat().map((kind) => [kindKey({ apiVersion: apiVersionOf(kind), kind: kind.kind }), kind]));
}

/** The key of a kind in `ApiKinds`. */
export function kindKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return `${apiVersion} ${kind}`;
}

async function kindsOf(cluster: Cluster, apiVersion: string): Promise<readonly ApiKind[]> {
  const { group, version } = splitApiVersion(apiVersion);
  const path = groupVersionPath({ group, version });
  const list = await findDocument(cluster, path);
  if (list === undefined) return [];
  const { kinds, reason } = parseClassicKinds(group, version, list);
  if (kinds === undefined) throw notKubernetes({ path, server: cluster.server }, reason);
  return kinds.filter(({ plural, kind }) => kind !== '' && /^[a-z0-9.-]+$/.test(plural));
}
