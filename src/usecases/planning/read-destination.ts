import { stringAt } from '../../domain/core/json-object.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import type { DestinationLists } from '../../domain/planning/lists.ts';
import { parseClaim } from '../../domain/volumes/claim.ts';
import { findNamespace } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { captureSurface } from '../validate/capture-surface.ts';
import { readRegistry } from './read-registry.ts';

// What users make themselves, and what shows that a namespace is in use.
const countedKinds = ['deployments', 'statefulsets', 'daemonsets', 'services', 'configmaps'] as const;
// Kubernetes and OpenShift put these into every namespace.
const platformNames: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

/** What the destination offers, and what its namespace already has. */
export async function readDestination(
  namespace: string,
  { cluster, log }: { readonly cluster: Cluster; readonly log: Log },
): Promise<DestinationLists> {
  const found = await findNamespace(cluster, namespace);
  const exists = found !== 'missing';
  const list = (kind: (typeof countedKinds)[number] | 'persistentvolumeclaims'): Promise<readonly Resource[]> =>
    exists
      ? collectObjects({ cluster, kind: knownKinds[kind], namespace }).catch(onRefusal([403, 404], []))
      : Promise.resolve([]);
  const [surface, registry, claims, ...counted] = await Promise.all([
    captureSurface(cluster, exists ? namespace : ''),
    readRegistry(cluster, log),
    list('persistentvolumeclaims'),
    ...countedKinds.map(list),
  ]);
  const objects = counted.flat().filter(({ metadata }) => !platformNames.has(metadata.name));
  const sized = claims.filter((claim) => stringAt(claim, 'spec', 'resources', 'requests', 'storage') !== undefined);
  return {
    server: cluster.server,
    namespace,
    exists,
    surface,
    registry,
    claims: Object.fromEntries(sized.map(parseClaim).map(({ name, madeFor }) => [name, madeFor])),
    objectCount: objects.length,
  };
}
