import type { ApiSurface, NamespacePolicy, Unread } from '../../domain/schemas/documents.ts';
import { apiVersionOf, type ApiKind } from '../../domain/kube/discovery.ts';
import { collectionPath } from '../../domain/kube/api-paths.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { findNamespace } from '../cluster/find-object.ts';
import { readLimitRange, readQuota, readStorageClass } from '../../domain/validate/api-surface.ts';
import { readNode, readPolicy } from '../../domain/validate/read-placement.ts';
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
  const [clusterUid = '', version, versions, classes, quotas, ranges, nodes, policy] = await Promise.all([
    readClusterUid(cluster),
    readVersion(cluster),
    discoverVersions(cluster),
    ask('storageClasses', knownKinds.storageclasses, readStorageClass),
    namespace === '' ? none : ask('quotas', knownKinds.resourcequotas, readQuota),
    namespace === '' ? none : ask('limitRanges', knownKinds.limitranges, readLimitRange),
    ask('nodes', knownKinds.nodes, readNode),
    namespace === '' ? none : capturePolicy(cluster, namespace),
  ]);
  const kinds = versions.flatMap((each) => each.kinds ?? []);
  const { securitycontextconstraints } = knownKinds;
  const hasConstraints = kinds.some(
    ({ group, plural }) => group === securitycontextconstraints.group && plural === securitycontextconstraints.plural,
  );
  const constraints = hasConstraints ? await ask('securityConstraints', securitycontextconstraints, nameOf) : none;
  return {
    schemaVersion: 1,
    clusterUid,
    version,
    namespace,
    kinds,
    unknown: versions
      .filter((each) => each.kinds === undefined)
      .map(({ group, version: silent, reason }) => ({ group, version: silent, reason })),
    storageClasses: classes.entries,
    quotas: quotas.entries,
    limitRanges: ranges.entries,
    ...(policy.entries[0] === undefined ? {} : { policy: policy.entries[0] }),
    ...(nodes.unread.length > 0 ? {} : { nodes: nodes.entries }),
    ...(hasConstraints && constraints.unread.length === 0 ? { securityConstraints: constraints.entries } : {}),
    unread: [classes, quotas, ranges, policy, nodes, constraints].flatMap(({ unread }) => unread),
  };
}

/** What the namespace says of its pods; none when it is not there yet. */
async function capturePolicy(cluster: Cluster, namespace: string): Promise<Listed<NamespacePolicy>> {
  const found = await readPolicyOf(cluster, namespace);
  if (found !== 'forbidden') return { entries: found === undefined ? [] : [found], unread: [] };
  return { entries: [], unread: [{ what: 'policy', why: `the account may not read namespace ${namespace}` }] };
}

/** What a namespace says of its pods; undefined: it is not there. @throws ClusterStatusError */
export async function readPolicyOf(
  cluster: Cluster,
  namespace: string,
): Promise<NamespacePolicy | 'forbidden' | undefined> {
  const found = await findNamespace(cluster, namespace);
  if (found === 'missing') return undefined;
  return found === 'forbidden' ? found : readPolicy(found);
}

function nameOf(object: unknown): string {
  return stringAt(object, 'metadata', 'name') ?? '';
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
