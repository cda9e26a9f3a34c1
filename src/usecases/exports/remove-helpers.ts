import { stringAt } from '../../domain/core/json-object.ts';
import { helperLabel, helperOwner } from '../../domain/exports/export-helpers.ts';
import { stateOf } from '../../domain/exports/export-state.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import type { Sleep } from '../../domain/core/ports.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { waitUntilGone } from '../cluster/wait-until-gone.ts';
import { deleteObject } from '../cluster/write-object.ts';
import { listExports, type ExportStore } from './export-store.ts';

/** A pod, claim or snapshot that a run made beside an application. */
export interface HelperObject {
  readonly ref: ObjectRef;
  readonly uid: string;
  /** Id of the export that it was made for. */
  readonly id: string;
}

/** Pods first: a claim is not removed before the pods that mount it. */
const kinds = [knownKinds.pods, knownKinds.persistentvolumeclaims, knownKinds.volumesnapshots];

/**
 * The objects in a namespace that runs made beside applications. Kinds that the cluster does not serve or that the account
 * may not list have none.
 */
export async function listHelpers(cluster: Cluster, namespace: string): Promise<readonly HelperObject[]> {
  const found: HelperObject[] = [];
  for (const kind of kinds) {
    const listing = collectObjects({ cluster, kind, namespace, labelSelector: helperLabel });
    for (const object of await listing.catch(onRefusal([403, 404], []))) {
      const { name } = object.metadata;
      const uid = stringAt(object, 'metadata', 'uid') ?? '';
      found.push({ ref: { kind, namespace, name }, uid, id: helperOwner(object) });
    }
  }
  return found;
}

/**
 * Of these objects those whose run does not work any more.
 * @param own id of the export that begins now: what is there for it is of an earlier run; empty: none
 */
export async function findLeftHelpers(store: ExportStore, own = ''): Promise<readonly HelperObject[]> {
  const helpers = await listHelpers(store.cluster, store.namespace);
  if (helpers.length === 0) return [];
  const { exports } = await listExports(store);
  const now = store.now();
  const alive = exports.filter(({ entry }) => stateOf(entry, now) === 'in-progress').map(({ entry }) => entry.id);
  return helpers.filter(({ id }) => id === own || !alive.includes(id));
}

/** Deletes such objects, and does not wait until they are gone. @throws ClusterStatusError */
export async function removeHelpers(cluster: Cluster, helpers: readonly HelperObject[]): Promise<void> {
  for (const { ref, uid } of helpers) {
    const deletion = deleteObject(cluster, ref, { propagationPolicy: 'Background', preconditions: { uid } });
    // Another run can have been faster.
    await deletion.catch(onRefusal([404, 409], undefined));
  }
}

/** Milliseconds that the cluster may take to remove what was deleted. */
const removalTime = 60_000;

/** Waits until deleted objects are gone. @returns those that are still there after a minute */
export async function waitForRemoval(
  helpers: readonly HelperObject[],
  { cluster, sleep, now }: Pick<ExportStore, 'cluster' | 'now'> & { readonly sleep: Sleep },
): Promise<readonly HelperObject[]> {
  const until = now() + removalTime;
  return [...(await waitUntilGone(helpers, { cluster, sleep, isLate: () => now() >= until }))];
}

/** What an object is called in messages. */
export function describeHelper({ ref }: HelperObject): string {
  return `${ref.kind.kind} ${ref.namespace}/${ref.name}`;
}
