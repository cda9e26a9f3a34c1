import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { readinessOf, type Readiness } from '../../domain/kube/readiness.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { listPods, collectObjects } from './list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import { findObject } from './find-object.ts';
import { joinReasons } from '../../domain/core/join-reasons.ts';
import { complaintsOf, selectorOf } from '../../domain/kube/pod-complaints.ts';

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

interface Unready {
  readonly awaited: Awaited;
  readonly why: string;
}

/**
 * Waits until objects do what they are for, at most for the given time, and gives for each that does not why, in words,
 * with what its pods and their events say. A claim that waits for its first pod counts as ready: a later task starts that pod.
 */
export async function waitUntilReady(
  awaited: readonly Awaited[],
  milliseconds: number,
  ports: WaitPorts,
): Promise<ReadonlyMap<Awaited, string>> {
  const hopeless: Unready[] = [];
  let waiting: readonly Unready[] = awaited.map((each) => ({ awaited: each, why: '' }));
  let left = milliseconds;
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    const looked = await mapConcurrently(waiting, asksAtOnce, async ({ awaited: each }) => {
      return { awaited: each, state: await stateOf(each, ports.cluster) };
    });
    const unready = (kind: 'waiting' | 'hopeless'): readonly Unready[] =>
      looked.flatMap(({ awaited: each, state }) => (state.kind === kind ? [{ awaited: each, why: state.why }] : []));
    hopeless.push(...unready('hopeless'));
    waiting = unready('waiting');
    ports.log.progress(awaited.length - waiting.length, awaited.length, 'ready');
    if (waiting.length === 0 || left <= 0) break;
    const now = Math.min(pause, left);
    left -= now;
    await ports.sleep(now);
  }
  const explained = await mapConcurrently([...hopeless, ...waiting], asksAtOnce, async ({ awaited: each, why }) => {
    const whole = [why, ...(await explainPods(ports.cluster, each.resource))].join('; ');
    ports.log.warn(`not ready: ${describeResource(each.resource)}: ${whole}`);
    return [each, whole] as const;
  });
  return new Map(explained);
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

/** The scheduler binds such a claim once a pod that uses it has a node; without a pod it remains pending for good. */
async function waitsForConsumer(cluster: Cluster, claim: Resource): Promise<boolean> {
  const name = stringAt(claim, 'spec', 'storageClassName') ?? '';
  if (name === '') return false;
  const storageClass = await findReadable(cluster, { kind: knownKinds.storageclasses, namespace: '', name });
  if (stringAt(storageClass, 'volumeBindingMode') !== 'WaitForFirstConsumer') return false;
  const pods = await listPods(cluster, keyOf(claim).namespace);
  const volumes = pods.flatMap((pod) => arrayAt(pod, 'spec', 'volumes'));
  return !volumes.some((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name);
}

const mostSentences = 4;

/** What its pods and warnings say of why a workload or claim is not ready; empty when the account may not look. */
async function explainPods(cluster: Cluster, resource: Resource): Promise<readonly string[]> {
  const { namespace, kind, name } = keyOf(resource);
  if (namespace === '') return [];
  const selector = selectorOf(resource);
  const pods = selector === undefined ? [] : await listPods(cluster, namespace, selector).catch(onRefusal([], []));
  const said = [...new Set(pods.flatMap(complaintsOf))];
  if (said.length > 0) return said.slice(0, mostSentences);
  const fieldSelector = `involvedObject.name=${name},involvedObject.kind=${kind},type=Warning`;
  const listing = collectObjects({ cluster, kind: knownKinds.events, namespace, fieldSelector });
  const events = await listing.catch(onRefusal([], []));
  const reasons = events.map((event) => joinReasons(stringAt(event, 'reason'), stringAt(event, 'message')));
  return [...new Set(reasons.reverse())].slice(0, mostSentences);
}
