import { TaskError } from '../../domain/core/errors.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';
import type { ReleaseId } from '../../domain/helm/helm.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { waitUntilReady, type Awaited } from '../cluster/wait-until-ready.ts';
import { mergePatch } from '../cluster/write-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { readLiveRelease, type ReadPorts } from './read-live-release.ts';

export interface ChangePorts extends ReadPorts {
  readonly log: Log;
  readonly sleep: Sleep;
}

export type WorkloadChange =
  | { readonly kind: 'restart' /** RFC 3339. */; readonly at: string }
  | { readonly kind: 'scale'; readonly instances: number };

const restarted = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const scaled = new Set(['Deployment', 'StatefulSet']);
const writesAtOnce = 4;

/**
 * Restarts the pods of a release as `kubectl rollout restart` does, or changes the number of its instances, and waits
 * until they are ready.
 * `waitMilliseconds` 0: does not wait.
 * @throws TaskError `invalid-param` when the release has nothing to change, HelmError, ClusterStatusError
 */
export async function changeWorkloads(
  release: ReleaseId,
  { change, waitMilliseconds }: { readonly change: WorkloadChange; readonly waitMilliseconds: number },
  ports: ChangePorts,
): Promise<readonly Item<'release'>[]> {
  const { workloads } = await readLiveRelease(release, ports);
  const kinds = change.kind === 'restart' ? restarted : scaled;
  const changed = workloads.flatMap(({ ref, live }): readonly Awaited[] =>
    live !== undefined && kinds.has(live.kind) ? [{ ref, resource: live }] : [],
  );
  if (changed.length === 0) throw nothingToChange(release, [...kinds]);
  await mapConcurrently(changed, writesAtOnce, ({ ref }) => mergePatch(ports.cluster, ref, { body: bodyOf(change) }));
  const unready =
    waitMilliseconds === 0 ? new Map<Awaited, string>() : await waitUntilReady(changed, waitMilliseconds, ports);
  return changed.map((each) => {
    const [id, why] = [describeResource(each.resource), unready.get(each)];
    if (why !== undefined) return { id, outcome: 'failed', reason: 'not-ready', message: why };
    return { id, outcome: 'done', reason: change.kind === 'restart' ? 'restarted' : 'scaled' };
  });
}

function bodyOf(change: WorkloadChange): object {
  if (change.kind === 'scale') return { spec: { replicas: change.instances } };
  const annotations = { 'kubectl.kubernetes.io/restartedAt': change.at };
  return { spec: { template: { metadata: { annotations } } } };
}

function nothingToChange({ namespace, name }: ReleaseId, kinds: readonly string[]): TaskError {
  const message = `changing release ${namespace}/${name}: it has no ${kinds.join(' or ')}`;
  return new TaskError('invalid-param', message, {
    remedy: 'Check the name of the release: the workloads of others cannot be changed.',
  });
}
