import { setTimeout as sleep } from 'node:timers/promises';

import { arrayAt, stringAt, valueAt, type JsonObject } from '../../../src/domain/resources/resource.ts';
import type { Kubectl } from './kubectl.ts';

export interface PodState {
  readonly name: string;
  readonly ready: boolean;
  readonly state: string;
}

/** Waits until each pod of a namespace is Ready or Completed and at least `count` are there; throws naming the rest. */
export async function waitForPods(kubectl: Kubectl, namespace: string, count: number): Promise<readonly PodState[]> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const pods = (await kubectl.list(['pods', '-n', namespace])).map(describePod);
    if (pods.length >= count && pods.every((pod) => pod.ready)) return pods;
    if (Date.now() > deadline) {
      const states = pods.map(({ name, state }) => `${name} ${state}`).join(', ');
      const events = await kubectl.run(['events', '-n', namespace, '--types=Warning']);
      throw new Error(`waiting for pods of ${namespace} on ${kubectl.context}: ${states}\n${events}`);
    }
    await sleep(1000);
  }
}

function describePod(pod: JsonObject): PodState {
  const phase = stringAt(pod, 'status', 'phase') ?? 'Unknown';
  const ready = arrayAt(pod, 'status', 'conditions').some(
    (condition) => valueAt(condition, 'type') === 'Ready' && valueAt(condition, 'status') === 'True',
  );
  const waiting = arrayAt(pod, 'status', 'containerStatuses')
    .map((container) => stringAt(container, 'state', 'waiting', 'reason'))
    .find((reason) => reason !== undefined);
  return {
    name: stringAt(pod, 'metadata', 'name') ?? '',
    ready: ready || phase === 'Succeeded',
    state: waiting ?? (ready ? 'Ready' : phase),
  };
}
