import { joinReasons } from '../core/join-reasons.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { keyOf, type Resource } from './resource.ts';

/** The label selector of a workload's pods as a query has it; undefined for what has none. */
export function selectorOf(resource: Resource): string | undefined {
  const { kind, group, name } = keyOf(resource);
  if (kind === 'Job' && group === 'batch') return `batch.kubernetes.io/job-name=${name}`;
  const plain = kind === 'ReplicationController' || group === 'apps.openshift.io';
  const labels = plain ? valueAt(resource, 'spec', 'selector') : valueAt(resource, 'spec', 'selector', 'matchLabels');
  const pairs = isObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`) : [];
  const terms = [...pairs, ...arrayAt(resource, 'spec', 'selector', 'matchExpressions').map(termOf)];
  return terms.length === 0 ? undefined : terms.join(',');
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement */
function termOf(expression: unknown): string {
  // Without a key some would ask for all pods; the server refuses this one, whatever follows.
  const key = stringAt(expression, 'key') ?? '!';
  const values = arrayAt(expression, 'values').map(String).join(',');
  switch (stringAt(expression, 'operator') ?? 'Exists') {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

/** What a pod says of itself that explains why it is not ready: where it cannot be placed, why a container waits or ended. */
export function complaintsOf(pod: Resource): readonly string[] {
  const conditions = arrayAt(pod, 'status', 'conditions')
    .filter((condition) => stringAt(condition, 'type') === 'PodScheduled' && stringAt(condition, 'status') === 'False')
    .map((condition) => joinReasons('pod not placed', stringAt(condition, 'message')));
  const containers = ['initContainerStatuses', 'containerStatuses']
    .flatMap((list) => arrayAt(pod, 'status', list))
    .flatMap((container) => complaintOf(container));
  return [...conditions, ...containers];
}

// What each container passes through on its way.
const harmless = new Set(['ContainerCreating', 'PodInitializing', 'Completed']);

function complaintOf(container: unknown): readonly string[] {
  const named = stringAt(container, 'name');
  const name = named === undefined ? 'a container' : `container ${named}`;
  const waiting = stringAt(container, 'state', 'waiting', 'reason');
  const ended = valueAt(container, 'lastState', 'terminated') ?? valueAt(container, 'state', 'terminated');
  const code = valueAt(ended, 'exitCode');
  const last = typeof code === 'number' && code !== 0 ? ` (it ended with ${String(code)})` : '';
  if (waiting !== undefined && !harmless.has(waiting)) {
    return [`${joinReasons(name, waiting, stringAt(container, 'state', 'waiting', 'message'))}${last}`];
  }
  return last === '' ? [] : [`${joinReasons(name, stringAt(ended, 'reason') ?? 'Error')}${last}`];
}
