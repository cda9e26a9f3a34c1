import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { readinessOf, type Readiness } from '../../domain/kube/readiness.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { listPods } from './list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log } from '../../domain/core/log.ts';
import type { Sleep } from '../../domain/core/sleep.ts';
import { explainPods } from './explain-pods.ts';
import { findObject } from './find-object.ts';

export interface Awaited {
  readonly resource: Resource;
  readonly ref: ObjectRef;
}

export interface WaitPorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: Sleep;
}

const firstPause = 500;
const longestPause = 5000;
const asksAtOnce = 16;

interface Pending extends Awaited {
  readonly why: string;
}

/**
 * Waits until objects do what they are for, at most for the given time, and gives for each that does not why: by path,
 * in words, with what its pods and their events say. A claim that waits for its first pod, which is none of ours to
 * start, counts as ready.
 */
export async function waitUntilReady(
  awaited: readonly Awaited[],
  milliseconds: number,
  ports: WaitPorts,
): Promise<ReadonlyMap<string, string>> {
  const hopeless: Pending[] = [];
  let pending: readonly Pending[] = awaited.map((each) => ({ ...each, why: 'it was not looked at' }));
  let left = milliseconds;
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    const states = await mapConcurrently(pending, asksAtOnce, (each) => stateOf(each, ports.cluster));
    hopeless.push(...withState(pending, states, 'hopeless'));
    pending = withState(pending, states, 'waiting');
    ports.log.progress(awaited.length - pending.length, awaited.length, 'ready');
    if (pending.length === 0 || left <= 0) break;
    const now = Math.min(pause, left);
    left -= now;
    await ports.sleep(now);
  }
  const unready = [...hopeless, ...pending];
  const told = await mapConcurrently(unready, asksAtOnce, async ({ ref, resource, why }): Promise<[string, string]> => {
    const more = await explainPods(ports.cluster, resource);
    const whole = [why, ...more].join('; ');
    ports.log.warn(`not ready: ${describeResource(resource)}: ${whole}`);
    return [objectPath(ref), whole];
  });
  return new Map(told);
}

function withState(
  pending: readonly Pending[],
  states: readonly Readiness[],
  kind: 'waiting' | 'hopeless',
): readonly Pending[] {
  return pending.flatMap((each, index) => {
    const state = states[index];
    return state?.kind === kind ? [{ ...each, why: state.why }] : [];
  });
}

async function stateOf({ resource, ref }: Awaited, cluster: Cluster): Promise<Readiness> {
  const live = await findReadable(cluster, ref);
  if (live === 'forbidden') return { kind: 'hopeless', why: 'the account may not look at it' };
  if (live === undefined) return { kind: 'waiting', why: 'it is not there any more' };
  const state = readinessOf(live) ?? { kind: 'ready' };
  if (state.kind !== 'waiting' || resource.kind !== 'PersistentVolumeClaim') return state;
  return (await waitsForConsumer(cluster, live)) ? { kind: 'ready' } : state;
}

function findReadable(cluster: Cluster, ref: ObjectRef): Promise<Resource | 'forbidden' | undefined> {
  return findObject(cluster, ref).catch(onRefusal([403], 'forbidden'));
}

/** The scheduler binds such a claim once a pod that uses it has a node; without a pod it stays pending for good. */
async function waitsForConsumer(cluster: Cluster, claim: Resource): Promise<boolean> {
  const name = stringAt(claim, 'spec', 'storageClassName') ?? '';
  if (name === '') return false;
  const storageClass = await findReadable(cluster, { kind: knownKinds.storageclasses, namespace: '', name });
  if (stringAt(storageClass, 'volumeBindingMode') !== 'WaitForFirstConsumer') return false;
  const { namespace } = keyOf(claim);
  const pods = await listPods(cluster, namespace);
  return !pods.some((pod) =>
    arrayAt(pod, 'spec', 'volumes').some(
      (volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name,
    ),
  );
}
