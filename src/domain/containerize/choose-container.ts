import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { conditionAt } from '../kube/condition.ts';
import { complaintsOf } from '../kube/pod-complaints.ts';
import { textsAt, type Resource } from '../kube/resource.ts';

/** A pod to read, and what the user should know of the choice. */
export interface ChosenPod {
  readonly pod: Resource;
  readonly warnings: readonly string[];
}

/**
 * Chooses the youngest pod that is ready.
 * @param workload for messages, such as `Deployment shop/web`
 * @throws TaskError `pod-not-ready`, with the reason of each pod
 */
export function choosePod(pods: readonly Resource[], workload: string): ChosenPod {
  const usable = pods.filter((pod) => whyNotUsable(pod) === undefined).sort(byAge);
  const pod = usable.at(-1);
  if (pod !== undefined) {
    const { name } = pod.metadata;
    const others = `${String(usable.length)} pods of ${workload} are ready: ${name} is read, the files of the others are not. Give pod/NAME to read another one.`;
    return { pod, warnings: usable.length === 1 ? [] : [others] };
  }
  const reasons = pods.map((each) => `pod ${each.metadata.name} ${String(whyNotUsable(each))}`);
  const why = reasons.length === 0 ? 'it has no pod' : reasons.join('; ');
  throw new TaskError('pod-not-ready', `looking for a pod of ${workload}: ${why}`, {
    remedy: 'Start the application and wait until a pod is ready, then run again.',
  });
}

function podName({ metadata }: Resource): string {
  return `Pod ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Oldest first. */
function byAge(one: Resource, other: Resource): number {
  const [a, b] = [one, other].map(
    (pod) => `${stringAt(pod, 'metadata', 'creationTimestamp') ?? ''} ${pod.metadata.name}`,
  );
  return String(a) < String(b) ? -1 : 1;
}

/** Why a pod cannot be read; undefined when it can. */
function whyNotUsable(pod: Resource): string | undefined {
  if (stringAt(pod, 'metadata', 'deletionTimestamp') !== undefined) return 'is being deleted';
  const phase = stringAt(pod, 'status', 'phase') ?? 'unknown';
  const complaints = complaintsOf(pod).map((each) => `: ${each}`);
  if (phase !== 'Running') return `has the phase ${phase}${complaints.join('')}`;
  return conditionAt(pod, 'Ready', 'True') === undefined ? `is not ready${complaints.join('')}` : undefined;
}

/** Annotation of pods that names the container which kubectl takes: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const defaultContainer = 'kubectl.kubernetes.io/default-container';

/**
 * Chooses the container of a pod: the wanted one, else the only one that is not an add-on, else the one that the pod
 * names as its default.
 * @throws TaskError `invalid-param` that lists the containers
 */
export function chooseContainer(
  pod: Resource,
  { wanted, addOns }: { readonly wanted: string | undefined; readonly addOns: readonly string[] },
): string {
  const all = arrayAt(pod, 'spec', 'containers').flatMap((container) => stringAt(container, 'name') ?? []);
  const where = podName(pod);
  const remedy = 'Give the param container, or name the add-ons in the application profile.';
  if (wanted !== undefined) {
    if (all.includes(wanted)) return wanted;
    throw new TaskError(
      'invalid-param',
      `reading container: ${where} has ${all.join(', ')}, not ${JSON.stringify(wanted)}`,
      { remedy },
    );
  }
  const own = all.filter((name) => !addOns.includes(name));
  const named = textsAt(pod, 'annotations')[defaultContainer] ?? '';
  const [first] = own;
  if (first !== undefined && own.length === 1) return first;
  if (own.includes(named)) return named;
  const count = own.length === 0 ? 'all containers are add-ons' : `several containers, ${own.join(', ')}`;
  throw new TaskError('invalid-param', `choosing a container of ${where}: ${count}`, { remedy });
}

/** The state of a container that an export depends on: a restart meanwhile gives another id. */
export interface ContainerState {
  /** Of the container runtime. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

/**
 * The state of a running container.
 * @throws TaskError `pod-not-ready` for a container that does not run
 */
export function stateOf(pod: Resource, container: string): ContainerState {
  const status = arrayAt(pod, 'status', 'containerStatuses').find((each) => stringAt(each, 'name') === container);
  const startedAt = Date.parse(stringAt(status, 'state', 'running', 'startedAt') ?? '');
  if (!Number.isNaN(startedAt) && valueAt(status, 'ready') === true)
    return { id: stringAt(status, 'containerID') ?? '', startedAt: startedAt / 1000 };
  const where = `container ${container} of ${podName(pod)}`;
  throw new TaskError('pod-not-ready', `reading ${where}: it does not run, or is not ready`, {
    remedy: 'Wait until the container is ready, then run again.',
  });
}

/**
 * Why a container is not the one that was read before.
 * @param now the pod as it is now; undefined when there is none
 * @returns undefined for the same container
 */
export function whyAnother(
  before: { readonly pod: Resource; readonly container: string; readonly state: ContainerState },
  now: Resource | undefined,
): string | undefined {
  if (now === undefined || stringAt(now, 'metadata', 'uid') !== stringAt(before.pod, 'metadata', 'uid'))
    return 'the pod was deleted';
  const statuses = arrayAt(now, 'status', 'containerStatuses');
  const status = statuses.find((each) => stringAt(each, 'name') === before.container);
  if (valueAt(status, 'state', 'running') === undefined) return 'the container ended';
  return stringAt(status, 'containerID') === before.state.id ? undefined : 'the container started again';
}
