import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

/** Figures of workloads that change while their pods start. */
const figures = ['observedGeneration', 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'phase'];
const moreFigures = ['numberReady', 'numberAvailable', 'updatedNumberScheduled', 'active', 'succeeded'];

/**
 * Texts that name the states of an object. A text that was not there before is progress: pods that fail and start over
 * go through the same states again, so they do not count, and neither do numbers of restarts.
 */
export function progressMarks(resource: Resource): readonly string[] {
  const id = `${resource.kind} ${resource.metadata.name} ${stringAt(resource.metadata, 'uid') ?? ''}`;
  const status = [...figures, ...moreFigures].map((key) => JSON.stringify(valueAt(resource, 'status', key) ?? null));
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    arrayAt(resource, 'status', list).map((container) => `${id} ${containerState(container)}`),
  );
  const conditions = arrayAt(resource, 'status', 'conditions')
    .filter((condition) => stringAt(condition, 'status') === 'True')
    .map((condition) => `${id} ${stringAt(condition, 'type') ?? ''}`);
  return [`${id} ${status.join(' ')}`, ...conditions, ...containers];
}

function containerState(container: unknown): string {
  const state = ['waiting', 'running', 'terminated'].find((key) => valueAt(container, 'state', key) !== undefined);
  const reason = state === undefined ? '' : stringAt(container, 'state', state, 'reason');
  return [stringAt(container, 'name'), state, reason, String(valueAt(container, 'ready'))].join(' ');
}
