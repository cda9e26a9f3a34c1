import { readField, readList, readText } from '../clusters/json.ts';

/** How far one workload is. */
export interface WorkloadState {
  /** `Kind name`. */
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

/** Kinds, as kubectl takes them, that `parseWorkloads` understands. */
export const workloadKinds = 'deployments.apps,statefulsets.apps,jobs.batch';

/** The states in a list of Deployments, StatefulSets and Jobs. A state that is older than the object's newest change counts as none. */
export function parseWorkloads(list: unknown): WorkloadState[] {
  return readList(list, 'items').map((item) => ({
    name: `${readText(item, 'kind') ?? ''} ${readText(item, 'metadata', 'name') ?? ''}`,
    ready: isSeen(item) ? countReady(item) : 0,
    wanted: readText(item, 'kind') === 'Job' ? count(item, 'spec', 'completions') : count(item, 'spec', 'replicas'),
  }));
}

/** What is not ready, in words; undefined when all of it is. An empty list is not ready. */
export function describeUnready(states: readonly WorkloadState[]): string | undefined {
  if (states.length === 0) return 'no workloads';
  const unready = states.filter(({ ready, wanted }) => ready < wanted);
  if (unready.length === 0) return undefined;
  return unready.map(({ name, ready, wanted }) => `${name} ${String(ready)}/${String(wanted)}`).join(', ');
}

function isSeen(item: unknown): boolean {
  return (
    readText(item, 'kind') === 'Job' ||
    readField(item, 'metadata', 'generation') === readField(item, 'status', 'observedGeneration')
  );
}

/** Pods of an older template do not count. */
function countReady(item: unknown): number {
  const kind = readText(item, 'kind') ?? '';
  switch (kind) {
    case 'Job':
      return count(item, 'status', 'succeeded');
    case 'StatefulSet':
      return Math.min(count(item, 'status', 'readyReplicas'), count(item, 'status', 'updatedReplicas'));
    default:
      return Math.min(count(item, 'status', 'availableReplicas'), count(item, 'status', 'updatedReplicas'));
  }
}

function count(item: unknown, ...keys: readonly string[]): number {
  const found = readField(item, ...keys);
  return typeof found === 'number' ? found : 0;
}
