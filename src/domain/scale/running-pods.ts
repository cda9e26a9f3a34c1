import { stringAt } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { controllerOf } from './quiesce.ts';

/** Whether a pod may still write: it is there, has not ended, and a controller put it there. */
export function isRunning(pod: Resource): boolean {
  return controllerOf(pod) !== undefined && !hasEnded(pod);
}

/** Whether a pod runs that no controller put there, so that no scale reaches it. */
export function isBare(pod: Resource): boolean {
  return controllerOf(pod) === undefined && !hasEnded(pod);
}

function hasEnded(pod: Resource): boolean {
  return ['Succeeded', 'Failed'].includes(stringAt(pod, 'status', 'phase') ?? '');
}
