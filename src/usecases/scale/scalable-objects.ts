import { isConflict, isRefusalOfRequest, onRefusal } from '../../domain/kube/status-error.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { namespaced } from '../../domain/kube/known-kinds.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { expectedOf, itemOfUnexpected } from '../../domain/kube/expected-object.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import type { ScalableType } from '../../domain/scale/scalable-types.ts';
import { collectObjects, listPods } from '../cluster/list-objects.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { isRunning } from '../../domain/scale/quiesce.ts';
import { selectorOf } from '../../domain/kube/pod-complaints.ts';
import { valueAt } from '../../domain/core/json-object.ts';
import { findObject } from '../cluster/find-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Log } from '../../domain/core/ports.ts';

/** One object of a type in the API. */
export function scalableRef({ resource, type }: { resource: Resource; type: ScalableType }): ObjectRef {
  const { namespace, name } = keyOf(resource);
  return { kind: namespaced(type.apiVersion, type.kind, type.plural), namespace, name };
}

/**
 * All objects of a type in a namespace; undefined when the cluster does not serve the type. `refuse` gets an item for
 * each object that the list must not hold. @throws ClusterStatusError
 */
export function listScalable(
  cluster: Cluster,
  { apiVersion, kind: name, plural }: ScalableType,
  { namespace, refuse }: { readonly namespace: string; readonly refuse: (item: Item<'scale'>) => void },
): Promise<readonly Resource[] | undefined> {
  const kind = namespaced(apiVersion, name, plural);
  const found = collectObjects({ cluster, kind, namespace }, (object) => {
    refuse(itemOfUnexpected(expectedOf(kind, namespace), object));
  });
  return found.catch(onRefusal([404], undefined));
}

export interface Quiesced {
  readonly resource: Resource;
  readonly type: ScalableType;
}

export interface QuiescePorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const pause = 1000;
const asksAtOnce = 8;

/**
 * Waits until no pod of the given objects runs any more, at most for the given time: volumes must not be copied while
 * something writes to them. Gives why an object is not at rest; another client started one that runs again.
 */
export async function waitUntilQuiesced<T extends Quiesced>(
  quiesced: readonly T[],
  milliseconds: number,
  { cluster, log, sleep }: QuiescePorts,
): Promise<ReadonlyMap<T, string>> {
  let pending: ReadonlyMap<T, string> = new Map(quiesced.map((each) => [each, '']));
  let left = milliseconds;
  for (;;) {
    const found = await mapConcurrently(pending.keys(), asksAtOnce, async (each): Promise<readonly [T, string][]> => {
      const why = await explainNotQuiesced(each, cluster);
      return why === undefined ? [] : [[each, why]];
    });
    pending = new Map(found.flat());
    log.progress(quiesced.length - pending.size, quiesced.length, 'at rest');
    if (pending.size === 0 || left <= 0) return pending;
    const now = Math.min(pause, left);
    left -= now;
    await sleep(now);
  }
}

async function explainNotQuiesced({ resource, type }: Quiesced, cluster: Cluster): Promise<string | undefined> {
  const live = await findObject(cluster, scalableRef({ resource, type }));
  if (live === undefined) return undefined;
  const isStarted =
    type.method === 'replicas' ? valueAt(live, 'spec', 'replicas') !== 0 : valueAt(live, 'spec', 'suspend') !== true;
  if (isStarted) return 'it was scaled up again by another client';
  if (!isObserved(live)) return 'its controller has not looked at it yet';
  const selector = type.kind === 'CronJob' ? undefined : selectorOf(resource);
  if (selector === undefined) return undefined;
  const pods = (await listPods(cluster, keyOf(resource).namespace, selector)).filter(isRunning);
  if (pods.length === 0) return undefined;
  return `its pods still run: ${pods.map((pod) => pod.metadata.name).join(', ')}`;
}

/** Controllers that note which generation they saw have to have seen this one. */
function isObserved(live: unknown): boolean {
  const [seen, now] = [valueAt(live, 'status', 'observedGeneration'), valueAt(live, 'metadata', 'generation')];
  return typeof seen !== 'number' || typeof now !== 'number' || seen >= now;
}

/** The item of an object that the cluster refused to change; throws all other errors. */
export function failedItem(id: string, error: unknown): Item<'scale'> {
  if (!isRefusalOfRequest(error)) throw error;
  const reason = isConflict(error) ? 'changed-meanwhile' : error.code;
  return { id, outcome: 'failed', reason, message: error.message };
}
