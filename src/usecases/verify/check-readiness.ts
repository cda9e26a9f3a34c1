import { readinessOf } from '../../domain/kube/readiness.ts';
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
  workloads: readonly Workload[],
  { timeoutSeconds, allowed }: ReadinessOptions,
  ports: ReadinessPorts,
): Promise<readonly Finding[]> {
  const looked = workloads.filter(({ found }) => found.kind !== 'PersistentVolumeClaim');
  const waitedFor = looked.filter(({ found }) => !isAllowed(found, allowed));
  const states = new Map<Workload, Resource>(looked.map((workload) => [workload, workload.found]));
  const deadline = ports.now() + timeoutSeconds * 1000;
  for (;;) {
    const pending = waitedFor.filter((workload) => isPending(states.get(workload)));
    ports.log.progress(waitedFor.length - pending.length, waitedFor.length, 'workloads ready');
    if (pending.length === 0 || ports.now() >= deadline) break;
    await ports.sleep(pollEvery);
    await mapConcurrently(pending, readsAtOnce, async (workload) => {
      const found = await findObject(ports.cluster, workload.ref);
      if (found === undefined) states.delete(workload);
      else states.set(workload, found);
    });
  }
  return looked.map((workload) => {
    const finding = toFinding(workload, states.get(workload));
    if (finding.item.outcome !== 'failed' || !isAllowed(workload.found, allowed)) return finding;
    return { item: { ...finding.item, outcome: 'skipped', reason: 'not-ready-allowed' } };
  });
}

/** Whether the user named the kind or the object among those that need not be ready. */
export function isAllowed(resource: Resource, allowed: readonly string[]): boolean {
  const { group, kind, name } = keyOf(resource);
  const full = group === '' ? kind : `${kind}.${group}`;
  return allowed.includes(full) || allowed.includes(`${full}/${name}`);
}

function isPending(state: Resource | undefined): boolean {
  return state !== undefined && readinessOf(state)?.kind === 'waiting';
}

function toFinding({ found }: Workload, state: Resource | undefined): Finding {
  const id = `readiness of ${describeResource(found)}`;
  if (state === undefined) return disagree({ id, reason: 'not-ready', message: 'it is gone' });
  const readiness = readinessOf(state);
  if (readiness === undefined || readiness.kind === 'ready') return agree(id, 'ready');
  if (readiness.kind === 'unwatched')
    return { item: { id, outcome: 'skipped', reason: 'unwatched', message: readiness.why } };
  return disagree({ id, reason: 'not-ready', message: readiness.why });
}
