import { TaskError } from '../../../domain/core/errors.ts';
import { describeClaim, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { deleteJob, listHelperJobs, type FoundJob } from './helper-jobs.ts';
import type { VolumePorts } from './ports.ts';

/** A run that is alive shows it more often than this. */
const silenceOfDead = 25_000;
const step = 1000;
/** How long the cluster may take to remove what a Job owns. */
const removalTime = 60_000;

interface Side {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/**
 * Removes what earlier runs of the same transfer left when they were killed.
 * @throws TaskError `incomplete` when one of them is alive, `timeout`; ClusterStatusError
 */
export async function removeLeftovers(transfer: Transfer, ports: VolumePorts): Promise<void> {
  const sides = sidesOf(transfer, ports);
  const found = await Promise.all(sides.map((side) => listHelperJobs(side.cluster, side.namespace, transfer.id)));
  if (found.flat().length === 0) return;
  const running = found.flat().filter(({ isEnding }) => !isEnding);
  if (running.length > 0) await refuseLiving(transfer, ports, running);
  ports.log.warn(`${describeClaim(transfer.source)}: removing what an earlier run left`);
  await removeJobs(transfer, ports, { wait: true });
}

/** Deletes the Jobs of a transfer on both sides, and waits until the cluster has removed what they own. */
export async function removeJobs(
  transfer: Transfer,
  ports: Pick<VolumePorts, 'source' | 'destination' | 'now' | 'sleep'>,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  const sides = sidesOf(transfer, ports);
  const until = ports.now() + removalTime;
  await Promise.all(
    sides.map(async ({ cluster, namespace }) => {
      const jobs = await listHelperJobs(cluster, namespace, transfer.id);
      await Promise.all(jobs.map(({ name }) => deleteJob(cluster, namespace, name)));
      while (wait && (await listHelperJobs(cluster, namespace, transfer.id)).length > 0) {
        if (ports.now() >= until) throw stillThere(transfer, namespace);
        await ports.sleep(step / 2);
      }
    }),
  );
}

function sidesOf(
  { source, destination }: Transfer,
  clusters: Pick<VolumePorts, 'source' | 'destination'>,
): readonly Side[] {
  return [
    { cluster: clusters.source, namespace: source.namespace },
    { cluster: clusters.destination, namespace: destination.namespace },
  ];
}

/** Clocks differ, so the only sign of life that counts is one that comes while we look. */
async function refuseLiving(transfer: Transfer, ports: VolumePorts, before: readonly FoundJob[]): Promise<void> {
  ports.log.info(`${describeClaim(transfer.source)}: another run is or was at it; looking whether it is alive`);
  const until = ports.now() + silenceOfDead;
  while (ports.now() < until) {
    await ports.sleep(step);
    const sides = sidesOf(transfer, ports);
    const lists = await Promise.all(sides.map((side) => listHelperJobs(side.cluster, side.namespace, transfer.id)));
    const alive = lists
      .flat()
      .find(({ name, heartbeat }) => before.some((job) => job.name === name && job.heartbeat !== heartbeat));
    if (alive !== undefined) throw occupied(transfer, alive.name);
    if (lists.flat().every(({ isEnding }) => isEnding)) return;
  }
}

function occupied({ source }: Transfer, job: string): TaskError {
  return new TaskError('incomplete', `moving claim ${describeClaim(source)}: another run is at it (Job ${job})`, {
    remedy: 'Wait until it has ended, then run again.',
  });
}

function stillThere({ source }: Transfer, namespace: string): TaskError {
  return new TaskError(
    'timeout',
    `moving claim ${describeClaim(source)}: helper objects in namespace ${namespace} are still there a minute after they were deleted`,
    { remedy: 'Look for finalizers on Jobs and pods with the label app.kubernetes.io/component=volume-transfer.' },
  );
}
