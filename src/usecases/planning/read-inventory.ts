import type { Log } from '../../domain/core/ports.ts';
import { isExportable } from '../../domain/export/exportable-kinds.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { apiVersionOf, type ApiKind, type UnknownKinds } from '../../domain/kube/discovery.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isForbidden } from '../../domain/kube/status-error.ts';
import { readInventory, type Inventory } from '../../domain/planning/inventory.ts';
import type { DestinationLists, KindList, RunsLists, SourceLists } from '../../domain/planning/lists.ts';
import { readClusterUid } from '../cluster/cluster-uid.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { discoverAllKinds } from '../cluster/resolve-kinds.ts';
import { readVersion } from '../cluster/server-version.ts';
import { completeTags, isImageTagKind } from '../export/complete-tags.ts';
import { seesNamespace } from '../export/export-namespace.ts';
import { asKindError, type FailedObject } from '../export/failures.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { readDestination } from './read-destination.ts';
import { readRegistry } from './read-registry.ts';
import { readRunsPlace } from './read-runs-place.ts';
import { withoutSecretValues } from './without-secret-values.ts';

export interface InventoryRequest {
  readonly source: { readonly namespace: string; readonly labelSelector?: string };
  readonly destination: { readonly namespace: string };
  /** Namespace of the runs. */
  readonly runsNamespace: string;
}

export interface InventoryPorts {
  readonly source: Cluster;
  readonly destination: Cluster;
  /** The cluster of the runs. */
  readonly runs: Cluster;
  readonly log: Log;
}

const kindsAtATime = 8;

/**
 * Reads what a plan is made from: the objects of the namespace at the source without the values of Secrets, what the
 * destination offers, and the names that are taken where the runs are. Nothing is changed.
 * @throws TaskError `namespace-not-found`, `invalid-param`; ClusterStatusError for what lets no kind be read
 */
export async function takeInventory(request: InventoryRequest, ports: InventoryPorts): Promise<Inventory> {
  return readInventory(...(await readLists(request, ports)));
}

/** What an inventory is sorted from, with the objects themselves. @throws as takeInventory */
export async function readLists(
  request: InventoryRequest,
  { source, destination, runs, log }: InventoryPorts,
): Promise<[SourceLists, DestinationLists, RunsLists]> {
  return Promise.all([
    readSource(request.source, { cluster: source, log }),
    readDestination(request.destination.namespace, { cluster: destination, log }),
    readRunsPlace(request.runsNamespace, runs),
  ]);
}

interface Side {
  readonly cluster: Cluster;
  readonly log: Log;
}

interface ListPlace {
  readonly namespace: string;
  readonly labelSelector?: string;
}

async function readSource(
  { namespace, labelSelector = '' }: InventoryRequest['source'],
  side: Side,
): Promise<SourceLists> {
  const cluster = withoutSecretValues(side.cluster);
  await seesNamespace(namespace, { cluster, log: side.log });
  const [discovered, clusterUid = '', version, registry] = await Promise.all([
    discoverAllKinds(cluster),
    readClusterUid(cluster),
    readVersion(cluster),
    readRegistry(cluster, side.log),
  ]);
  const kinds = discovered.kinds.filter(isExportable);
  const place = { namespace, ...(labelSelector === '' ? {} : { labelSelector }) };
  let done = 0;
  const lists = await mapConcurrently(kinds, kindsAtATime, async (kind) => {
    const list = await listKind(kind, place, cluster);
    done += 1;
    side.log.progress(done, kinds.length, `kinds of namespace ${namespace}`);
    return list;
  });
  const unknown = discovered.unknown.map(listOfUnknown);
  return { server: cluster.server, clusterUid, version, namespace, registry, lists: [...lists, ...unknown] };
}

async function listKind(kind: ApiKind, place: ListPlace, cluster: Cluster): Promise<KindList> {
  try {
    const objects = await collectObjects({ cluster, kind, ...place });
    if (!isImageTagKind(kind)) return { kind, state: 'listed', objects, message: '' };
    return await listTags(kind, objects, { cluster, namespace: place.namespace });
  } catch (cause) {
    const error = asKindError(cause);
    return { kind, state: isForbidden(error) ? 'denied' : 'failed', objects: [], message: error.message };
  }
}

async function listTags(
  kind: ApiKind,
  tags: readonly Resource[],
  place: { readonly cluster: Cluster; readonly namespace: string },
): Promise<KindList> {
  const failedObjects: FailedObject[] = [];
  const objects = await completeTags(tags, { kind, ...place, images: new Map(), failedObjects });
  const [first] = failedObjects;
  if (first === undefined) return { kind, state: 'listed', objects, message: '' };
  const message = `${String(failedObjects.length)} cannot be read, such as ${first.name}: ${first.item.message ?? ''}`;
  return { kind, state: 'failed', objects, message };
}

function listOfUnknown(unknown: UnknownKinds): KindList {
  const { group, version, reason } = unknown;
  const kind = {
    group,
    version,
    kind: `all kinds of ${apiVersionOf(unknown)}`,
    plural: '*',
    namespaced: true,
    verbs: [],
  };
  return { kind, state: 'failed', objects: [], message: reason };
}
