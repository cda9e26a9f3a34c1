import { parseListPage } from '../../domain/kube/api-answer.ts';
import { apiVersionOf } from '../../domain/kube/discovery.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import {
  readLimitRange,
  readQuota,
  readStorageClass,
  type ApiSurface,
  type SurfaceList,
  type Unread,
} from '../../domain/validate/api-surface.ts';
import { readClusterUid } from '../cluster/cluster-uid.ts';
import { discoverVersions } from '../cluster/discover-all-kinds.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

interface Listed<T> {
  readonly entries: readonly T[];
  readonly unread: readonly Unread[];
}

/**
 * Captures what a cluster offers. Lists that the account may not read are named, the rest must be readable.
 * @param namespace whose quotas and limits count; empty: none
 * @throws ClusterStatusError, TaskError when the cluster does not answer
 */
export async function captureSurface(cluster: Cluster, namespace: string): Promise<ApiSurface> {
  const inNamespace = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const ask = <T>(what: SurfaceList, path: string, read: (object: unknown) => T): Promise<Listed<T>> =>
    readList(cluster, { what, path, read });
  const none = { entries: [], unread: [] };
  const [clusterUid, version, versions, classes, quotas, ranges] = await Promise.all([
    readClusterUid(cluster),
    readVersion(cluster),
    discoverVersions(cluster),
    ask('storageClasses', '/apis/storage.k8s.io/v1/storageclasses', readStorageClass),
    namespace === '' ? none : ask('quotas', `${inNamespace}/resourcequotas`, readQuota),
    namespace === '' ? none : ask('limitRanges', `${inNamespace}/limitranges`, readLimitRange),
  ]);
  return {
    schemaVersion: 1,
    ...{ clusterUid, version, namespace },
    kinds: versions.flatMap(({ kinds }) => kinds ?? []),
    unknown: versions
      .filter(({ kinds }) => kinds === undefined)
      .map(({ group, version: silent, reason }) => ({ group, version: silent, reason })),
    storageClasses: classes.entries,
    quotas: quotas.entries,
    limitRanges: ranges.entries,
    unread: [...classes.unread, ...quotas.unread, ...ranges.unread],
  };
}

interface ListRequest<T> {
  readonly what: SurfaceList;
  readonly path: string;
  readonly read: (object: unknown) => T;
}

async function readList<T>(cluster: Cluster, { what, path, read }: ListRequest<T>): Promise<Listed<T>> {
  try {
    const { items } = parseListPage(await cluster.request({ path }), { path, server: cluster.server });
    return { entries: items.map(read), unread: [] };
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || ![403, 404].includes(error.status)) throw error;
    return { entries: [], unread: [{ what, why: `the account may not list ${path}` }] };
  }
}

async function readVersion(cluster: Cluster): Promise<string> {
  try {
    return stringAt(await cluster.request({ path: '/version' }), 'gitVersion') ?? '';
  } catch (error) {
    if (!(error instanceof ClusterStatusError)) throw error;
    return '';
  }
}

/** `source 4.1`: a surface in one line, for logs. */
export function describeSurface({ version, kinds, unknown }: ApiSurface): string {
  const silent = unknown.map(apiVersionOf).join(', ');
  const rest = silent === '' ? '' : `, no answer from ${silent}`;
  return `Kubernetes ${version}: ${String(kinds.length)} kinds and versions${rest}`;
}
