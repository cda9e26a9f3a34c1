import { HelmError } from '../../domain/helm/helm-error.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { namespaced, knownKinds } from '../../domain/kube/known-kinds.ts';
import { ownValue } from '../../domain/core/json-object.ts';
import { describeResource, kindOf, type Resource } from '../../domain/kube/resource.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { waitUntilReady, type Awaited } from '../cluster/wait-until-ready.ts';
import { isStalled } from './follow-progress.ts';
import type { ReleaseLimits, ReleasePorts } from './release-ports.ts';

/** Helm's own limit must not end it: its caller does, when nothing changes any more. */
export const longestSeconds = 24 * 3600;

const waitedFor: Readonly<Record<string, ApiKind>> = {
  'Deployment.apps': knownKinds.deployments,
  'StatefulSet.apps': knownKinds.statefulsets,
  'DaemonSet.apps': knownKinds.daemonsets,
  'ReplicaSet.apps': knownKinds.replicasets,
  'Job.batch': knownKinds.jobs,
  Pod: knownKinds.pods,
  PersistentVolumeClaim: knownKinds.persistentvolumeclaims,
  ReplicationController: namespaced('v1', 'ReplicationController', 'replicationcontrollers'),
};

/** The objects of a manifest that become ready some time after they were written. */
export function awaitedOf(resources: readonly Resource[]): readonly Awaited[] {
  return resources.flatMap((resource) => {
    const kind = ownValue(waitedFor, kindOf(resource));
    const { namespace = '', name } = resource.metadata;
    return kind === undefined ? [] : [{ resource, ref: { kind, namespace, name } }];
  });
}

interface HelmRun<T> {
  readonly release: ReleaseId;
  /** Must be ready at the end. */
  readonly awaited: readonly Awaited[];
  /** Hooks, which exist for a part of the time. */
  readonly hooks: readonly Awaited[];
  readonly limits: ReleaseLimits;
  /** Aborted when another run took over. */
  readonly lost: AbortSignal;
  readonly run: (signal: AbortSignal) => Promise<T>;
}

/**
 * Runs helm and follows the pods that it waits for. Helm is stopped, and marks the revision as failed, when nothing
 * changed for a while. Then waits until the objects are ready.
 * @throws TaskError `timeout` with the reasons of the pods that do not start, HelmError
 */
export async function runHelm<T>(helm: HelmRun<T>, ports: ReleasePorts): Promise<T> {
  const { release, awaited, hooks, limits, lost } = helm;
  const stall = new AbortController();
  let isDone = false;
  const running = helm.run(AbortSignal.any([lost, stall.signal])).finally(() => {
    isDone = true;
  });
  const followed = limits.wait ? [...hooks, ...awaited] : hooks;
  const following = isStalled(
    followed,
    { stallMilliseconds: limits.stallMilliseconds, isDone: () => isDone },
    ports,
  ).then((stalled) => {
    if (stalled && !isDone) stall.abort();
  });
  const [end] = await Promise.allSettled([running, following]);
  if (end.status === 'rejected') {
    if (stall.signal.aborted || isTimeout(end.reason)) throw await notReady(release, awaited, ports);
    throw end.reason;
  }
  if (!limits.wait) return end.value;
  const unready = await waitUntilReady(awaited, limits.stallMilliseconds, ports);
  if (unready.size > 0) throw timeoutOf(release, unready);
  return end.value;
}

function isTimeout(error: unknown): boolean {
  return error instanceof HelmError && error.failure === 'timeout';
}

async function notReady(release: ReleaseId, awaited: readonly Awaited[], ports: ReleasePorts): Promise<TaskError> {
  return timeoutOf(release, await waitUntilReady(awaited, 0, ports));
}

const mostNamed = 3;

function timeoutOf({ namespace, name }: ReleaseId, unready: ReadonlyMap<Awaited, string>): TaskError {
  const reasons = [...unready]
    .slice(0, mostNamed)
    .map(([{ resource }, why]) => `${describeResource(resource)}: ${why}`);
  const why = reasons.length === 0 ? 'nothing changed any more' : reasons.join('; ');
  return new TaskError('timeout', `installing release ${namespace}/${name}: ${why}`, {
    remedy: 'Fix the cause, or allow more time without progress, then run again. The last good revision is kept.',
  });
}
