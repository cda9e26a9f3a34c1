import type { ApiSurface, Unread } from '../../domain/schemas/documents.ts';
import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import { collectionPath } from '../../domain/kube/api-paths.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import { readLimitRange, readQuota, readStorageClass } from '../../domain/validate/api-surface.ts';
import { readClusterUid } from '../cluster/cluster-uid.ts';
import { readVersion } from '../cluster/server-version.ts';
import { discoverVersions } from '../cluster/resolve-kinds.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

interface Listed<T> {
  readonly entries: readonly T[];
  readonly unread: readonly Unread[];
}

/**
 * Captures what a cluster offers, with the quotas and limits of a namespace; lists that may not be read are named.
 * @throws ClusterStatusError, TaskError when the cluster does not answer
 */
export async function captureSurface(cluster: Cluster, namespace: string): Promise<ApiSurface> {
  const ask = <T>(what: Unread['what'], kind: ApiKind, read: (object: unknown) => T): Promise<Listed<T>> =>
    readList(cluster, { what, kind, namespace, read });
  const none = { entries: [], unread: [] };
  const [clusterUid = '', version, versions, classes, quotas, ranges] = await Promise.all([
    readClusterUid(cluster),
    readVersion(cluster),
    discoverVersions(cluster),
    ask('storageClasses', knownKinds.storageclasses, readStorageClass),
    namespace === '' ? none : ask('quotas', knownKinds.resourcequotas, readQuota),
    namespace === '' ? none : ask('limitRanges', knownKinds.limitranges, readLimitRange),
  ]);
  return {
    schemaVersion: 1,
    clusterUid,
    version,
    namespace,
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

interface SurfaceRequest<T> {
  readonly what: Unread['what'];
  readonly kind: ApiKind;
  readonly namespace: string;
  readonly read: (object: unknown) => T;
}

async function readList<T>(cluster: Cluster, { what, kind, namespace, read }: SurfaceRequest<T>): Promise<Listed<T>> {
  try {
    return { entries: (await collectObjects({ cluster, kind, namespace })).map(read), unread: [] };
  } catch (error) {
    if (!isRefusal(error, 403, 404)) throw error;
    return { entries: [], unread: [{ what, why: `the account may not list ${collectionPath(kind, namespace)}` }] };
  }
}

/** `source 4.1`: a surface in one line, for logs. */
export function describeSurface({ version, kinds, unknown }: ApiSurface): string {
  const silent = unknown.map(apiVersionOf).join(', ');
  const rest = silent === '' ? '' : `, no answer from ${silent}`;
  return `Kubernetes ${version}: ${String(kinds.length)} kinds and versions${rest}`;
}
