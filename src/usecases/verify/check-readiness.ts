import { flatMapList } from '../../domain/core/lists.ts';
import { readinessOf, type Readiness } from '../../domain/kube/readiness.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { agree, disagree, type Finding } from './finding.ts';
import type { Workload } from './check-objects.ts';
import { findObject } from '../cluster/find-object.ts';

export interface ReadinessPorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: Sleep;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface ReadinessOptions {
  /** How long all of them may take. */
  readonly timeoutSeconds: number;
  /** Kinds that need not be ready, as `Kind.group`, and single objects, as `Kind.group/name`. */
  readonly allowed: readonly string[];
}

const pollEvery = 1000;
const readsAtOnce = 8;

/**
 * Whether workloads do their work, asked again until the deadline. Claims may wait for their first pod.
 * @throws TaskError when the cluster does not answer
 */
export async function checkReadiness(
  workloads: Iterable<Workload>,
  { timeoutSeconds, allowed }: ReadinessOptions,
  ports: ReadinessPorts,
): Promise<Iterable<Finding>> {
  const looked = flatMapList(workloads, (each) => (each.object.kind === 'PersistentVolumeClaim' ? [] : [each]));
  /** What a later look found, by the number of the workload; undefined: it is gone. */
  const later = new Map<number, Readiness | undefined>();
  const waiting = new Map<number, Workload>();
  let waitedFor = 0;
  for (const [number, workload] of numbered(looked)) {
    if (isAllowed(workload.object, allowed)) continue;
    waitedFor += 1;
    if (workload.readiness.kind === 'waiting') waiting.set(number, workload);
  }
  const deadline = ports.now() + timeoutSeconds * 1000;
  for (;;) {
    ports.log.progress(waitedFor - waiting.size, waitedFor, 'workloads ready');
    if (waiting.size === 0 || ports.now() >= deadline) break;
    await ports.sleep(pollEvery);
    await mapConcurrently([...waiting], readsAtOnce, async ([number, { ref }]) => {
      const found = await findObject(ports.cluster, ref);
      const readiness = found === undefined ? undefined : (readinessOf(found) ?? ready);
      later.set(number, readiness);
      if (readiness?.kind !== 'waiting') waiting.delete(number);
    });
  }
  return flatMapList({ [Symbol.iterator]: () => numbered(looked) }, ([number, { object, readiness }]) => {
    const finding = toFinding(object, later.has(number) ? later.get(number) : readiness);
    if (finding.item.outcome !== 'failed' || !isAllowed(object, allowed)) return [finding];
    return [{ item: { ...finding.item, outcome: 'skipped', reason: 'not-ready-allowed' } } satisfies Finding];
  });
}

const ready: Readiness = { kind: 'ready' };

function numbered<T>(values: Iterable<T>): IteratorObject<[number, T], undefined> {
  return Iterator.from(values).map((value, number) => [number, value]);
}

/** Whether the user named the kind or the object among those that need not be ready. */
export function isAllowed(resource: Resource, allowed: readonly string[]): boolean {
  const { group, kind, name } = keyOf(resource);
  const full = group === '' ? kind : `${kind}.${group}`;
  return allowed.includes(full) || allowed.includes(`${full}/${name}`);
}

/** @param state undefined: it is gone */
function toFinding(object: Resource, state: Readiness | undefined): Finding {
  const id = `readiness of ${describeResource(object)}`;
  if (state === undefined) return disagree({ id, reason: 'not-ready', message: 'it is gone' });
  if (state.kind === 'ready') return agree(id, 'ready');
  if (state.kind === 'unwatched') return { item: { id, outcome: 'skipped', reason: 'unwatched', message: state.why } };
  return disagree({ id, reason: 'not-ready', message: state.why });
}
