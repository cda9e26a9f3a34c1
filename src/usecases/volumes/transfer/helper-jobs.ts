import { TaskError } from '../../../domain/core/errors.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { conditionAt } from '../../../domain/kube/condition.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { isForbidden, onRefusal } from '../../../domain/kube/status-error.ts';
import { helperJob, type HelperPod } from '../../../domain/volumes/helper-pod.ts';
import { helperNetworkPolicy, helperSecret, type OwnerJob } from '../../../domain/volumes/helper-objects.ts';
import {
  describeClaim,
  formatSelector,
  heartbeatAnnotation,
  podSelector,
  transferLabel,
  type Role,
  type Transfer,
} from '../../../domain/volumes/transfer.ts';
import { collectObjects, listPods } from '../../cluster/list-objects.ts';
import { createObject, deleteObject, mergePatch } from '../../cluster/write-object.ts';
import { sideOf, type BothClusters, type VolumePorts } from './ports.ts';

/** Seconds after which a helper Job without heartbeat ends. */
const secondsWithoutHeartbeat = 600;

/** A Job that runs one side of a transfer, and when it was made. */
export interface StartedJob extends OwnerJob {
  readonly role: Role;
  readonly startedAt: number;
}

/** @throws TaskError `cluster-refused`; ClusterStatusError */
export async function startJob(
  pod: Omit<HelperPod, 'activeSeconds'>,
  clusters: BothClusters,
  now: () => number,
): Promise<StartedJob> {
  const job = helperJob({ ...pod, activeSeconds: secondsWithoutHeartbeat });
  const { cluster, namespace } = sideOf(pod.transfer, pod.role, clusters);
  const startedAt = now();
  const made = await createObject(cluster, { kind: knownKinds.jobs, namespace, body: job });
  const uid = stringAt(made, 'metadata', 'uid');
  if (uid !== undefined) return { role: pod.role, name: job.metadata.name, uid, startedAt };
  throw new TaskError('cluster-refused', `creating Job ${job.metadata.name}: the answer has no UID`, {
    remedy: 'Look at the API server, then run again.',
  });
}

/** The Secret comes after its Job, which owns it; the pod waits for it. */
export async function createSecret(
  transfer: Transfer,
  { job, files }: { readonly job: StartedJob; readonly files: Readonly<Record<string, string>> },
  clusters: BothClusters,
): Promise<void> {
  const { cluster, namespace } = sideOf(transfer, job.role, clusters);
  const body = helperSecret({ transfer, role: job.role, owner: job }, files);
  await createObject(cluster, { kind: knownKinds.secrets, namespace, body });
}

/** Opens the way to the pod at the destination. Without the right to do so nothing is done: few namespaces are closed. */
export async function allowIngress(
  transfer: Transfer,
  job: StartedJob,
  { log, ...clusters }: BothClusters & { readonly log: Log },
): Promise<void> {
  const { cluster, namespace } = sideOf(transfer, job.role, clusters);
  try {
    const body = helperNetworkPolicy({ transfer, role: job.role, owner: job });
    await createObject(cluster, { kind: knownKinds.networkpolicies, namespace, body });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    log.warn(
      `${describeClaim(transfer.source)}: no NetworkPolicy may be created at the destination; continuing without one`,
    );
  }
}

/** Shows that the run is alive, and puts the end of its Job off. */
export async function keepAlive(
  transfer: Transfer,
  { job, now }: { readonly job: StartedJob; readonly now: number },
  clusters: BothClusters,
): Promise<void> {
  const { cluster, namespace } = sideOf(transfer, job.role, clusters);
  const elapsed = Math.round((now - job.startedAt) / 1000);
  const metadata = { annotations: { [heartbeatAnnotation]: String(elapsed) } };
  const body = { metadata, spec: { activeDeadlineSeconds: elapsed + secondsWithoutHeartbeat } };
  await mergePatch(cluster, { kind: knownKinds.jobs, namespace, name: job.name }, { body });
}

/** Why a Job ended without success; undefined while it has not. */
export function jobFailure(job: unknown): string | undefined {
  const failed = conditionAt(job, 'Failed', 'True');
  if (failed === undefined) return undefined;
  return `${stringAt(failed, 'reason') ?? 'Failed'}: ${stringAt(failed, 'message') ?? 'no message'}`;
}

/** The pod of one side of a run that was made last and is not being deleted. */
export async function newestPod(transfer: Transfer, role: Role, clusters: BothClusters): Promise<Resource | undefined> {
  const { cluster, namespace } = sideOf(transfer, role, clusters);
  const found = await listPods(cluster, namespace, formatSelector(podSelector(transfer, role)));
  const pods = found.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
  const madeAt = (pod: Resource): string => stringAt(pod, 'metadata', 'creationTimestamp') ?? '';
  return pods.toSorted((a, b) => madeAt(b).localeCompare(madeAt(a)))[0];
}

/** What is known of a Job of a transfer that is not this run's. */
interface FoundJob {
  readonly name: string;
  readonly heartbeat: string;
  readonly isEnding: boolean;
}

/** Jobs that any run made for a transfer, on one side. */
async function listJobs(transfer: Transfer, role: Role, clusters: BothClusters): Promise<readonly FoundJob[]> {
  const labelSelector = formatSelector({ [transferLabel]: transfer.id });
  const jobs = await collectObjects({ ...sideOf(transfer, role, clusters), kind: knownKinds.jobs, labelSelector });
  return jobs.map((job) => ({
    name: job.metadata.name,
    heartbeat: stringAt(job, 'metadata', 'annotations', heartbeatAnnotation) ?? '',
    isEnding: stringAt(job, 'metadata', 'deletionTimestamp') !== undefined || jobFailure(job) !== undefined,
  }));
}

async function listAllJobs(transfer: Transfer, clusters: BothClusters): Promise<readonly FoundJob[]> {
  const roles: readonly Role[] = ['client', 'server'];
  return (await Promise.all(roles.map((role) => listJobs(transfer, role, clusters)))).flat();
}

/** A run that is alive shows it more often than this. */
const silenceOfDead = 25_000;
const step = 1000;
/** How long the cluster may take to remove what a Job owns. */
const removalTime = 60_000;

/** Removes what killed runs of the transfer left. @throws TaskError `incomplete` when one is alive, `timeout` */
export async function removeLeftovers(transfer: Transfer, ports: VolumePorts): Promise<void> {
  const found = await listAllJobs(transfer, ports);
  if (found.length === 0) return;
  const running = found.filter(({ isEnding }) => !isEnding);
  if (running.length > 0) await refuseLiving(transfer, ports, running);
  ports.log.warn(`${describeClaim(transfer.source)}: removing what an earlier run left`);
  await removeJobs(transfer, ports, { wait: true });
}

/** Deletes the Jobs of a transfer on both sides, and waits until the cluster has removed what they own. */
export async function removeJobs(
  transfer: Transfer,
  ports: BothClusters & Pick<VolumePorts, 'now' | 'sleep'>,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  const until = ports.now() + removalTime;
  const remove = async (role: Role): Promise<void> => {
    const { cluster, namespace } = sideOf(transfer, role, ports);
    const jobs = await listJobs(transfer, role, ports);
    await Promise.all(
      jobs.map(({ name }) => {
        const ref = { kind: knownKinds.jobs, namespace, name };
        return deleteObject(cluster, ref, { propagationPolicy: 'Foreground' }).catch(onRefusal([404], undefined));
      }),
    );
    while (wait && (await listJobs(transfer, role, ports)).length > 0) {
      if (ports.now() >= until) throw stillThere(transfer, namespace);
      await ports.sleep(step / 2);
    }
  };
  await Promise.all([remove('client'), remove('server')]);
}

/** Clocks differ, so the only sign of life that counts is one that comes while we look. */
async function refuseLiving(transfer: Transfer, ports: VolumePorts, before: readonly FoundJob[]): Promise<void> {
  ports.log.info(`${describeClaim(transfer.source)}: another run is or was at it; looking whether it is alive`);
  const until = ports.now() + silenceOfDead;
  while (ports.now() < until) {
    await ports.sleep(step);
    const jobs = await listAllJobs(transfer, ports);
    const alive = jobs.find(({ name, heartbeat }) =>
      before.some((job) => job.name === name && job.heartbeat !== heartbeat),
    );
    if (alive !== undefined) throw occupied(transfer, alive.name);
    if (jobs.every(({ isEnding }) => isEnding)) return;
  }
}

function occupied({ source }: Transfer, job: string): TaskError {
  return new TaskError('incomplete', `moving claim ${describeClaim(source)}: another run is at it (Job ${job})`, {
    remedy: 'Wait until it has ended, then run again.',
  });
}

function stillThere({ source }: Transfer, namespace: string): TaskError {
  const problem = `helper objects in namespace ${namespace} are still there a minute after they were deleted`;
  return new TaskError('timeout', `moving claim ${describeClaim(source)}: ${problem}`, {
    remedy: 'Look for finalizers on Jobs and pods with the label app.kubernetes.io/component=volume-transfer.',
  });
}
