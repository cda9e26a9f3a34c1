import { TaskError } from '../../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../../domain/core/json-object.ts';
import { helperJob, type HelperPod } from '../../../domain/volumes/helper-pod.ts';
import { helperNetworkPolicy, helperSecret, type OwnerJob } from '../../../domain/volumes/helper-objects.ts';
import {
  describeClaim,
  formatSelector,
  heartbeatAnnotation,
  placeOf,
  transferLabel,
  type Role,
  type Transfer,
} from '../../../domain/volumes/transfer.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { isForbidden, onRefusal } from '../../../domain/kube/status-error.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import { createObject, deleteObject, mergePatch } from '../../cluster/write-object.ts';

/** Seconds after which a helper Job without heartbeat ends. */
const secondsWithoutHeartbeat = 600;

/** A Job that runs one side of a transfer, and when it was made. */
export interface StartedJob extends OwnerJob {
  readonly role: Role;
  readonly startedAt: number;
}

/** @throws TaskError `cluster-refused`; ClusterStatusError */
export async function startJob(
  cluster: Cluster,
  pod: Omit<HelperPod, 'activeSeconds'>,
  now: () => number,
): Promise<StartedJob> {
  const job = helperJob({ ...pod, activeSeconds: secondsWithoutHeartbeat });
  const { namespace } = placeOf(pod.transfer, pod.role);
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
  cluster: Cluster,
  transfer: Transfer,
  { job, files }: { readonly job: StartedJob; readonly files: Readonly<Record<string, string>> },
): Promise<void> {
  const { namespace } = placeOf(transfer, job.role);
  const body = helperSecret({ transfer, role: job.role, owner: job }, files);
  await createObject(cluster, { kind: knownKinds.secrets, namespace, body });
}

/** Opens the way to the pod at the destination. Without the right to do so nothing is done: few namespaces are closed. */
export async function allowIngress(
  cluster: Cluster,
  transfer: Transfer,
  { job, log }: { readonly job: StartedJob; readonly log: Log },
): Promise<void> {
  try {
    const { namespace } = placeOf(transfer, job.role);
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
export async function keepAlive(cluster: Cluster, transfer: Transfer, { job, now }: Heartbeat): Promise<void> {
  const elapsed = Math.round((now - job.startedAt) / 1000);
  const ref = { kind: knownKinds.jobs, namespace: placeOf(transfer, job.role).namespace, name: job.name };
  await mergePatch(cluster, ref, {
    body: {
      metadata: { annotations: { [heartbeatAnnotation]: String(elapsed) } },
      spec: { activeDeadlineSeconds: elapsed + secondsWithoutHeartbeat },
    },
  });
}

export interface Heartbeat {
  readonly job: StartedJob;
  readonly now: number;
}

/** Deletes a Job after all that it owns. Nothing happens when it is gone. */
export async function deleteJob(cluster: Cluster, namespace: string, name: string): Promise<void> {
  const ref = { kind: knownKinds.jobs, namespace, name };
  await deleteObject(cluster, ref, { propagationPolicy: 'Foreground' }).catch(onRefusal([404], undefined));
}

/** What is known of a Job of a transfer that is not this run's. */
export interface FoundJob {
  readonly name: string;
  readonly heartbeat: string;
  readonly isEnding: boolean;
}

/** Jobs that any run made for a transfer, in one namespace. */
export async function listHelperJobs(cluster: Cluster, namespace: string, id: string): Promise<readonly FoundJob[]> {
  const labelSelector = formatSelector({ [transferLabel]: id });
  const jobs = await collectObjects({ cluster, kind: knownKinds.jobs, namespace, labelSelector });
  return jobs.map((job) => ({
    name: job.metadata.name,
    heartbeat: stringAt(job, 'metadata', 'annotations', heartbeatAnnotation) ?? '',
    isEnding: stringAt(job, 'metadata', 'deletionTimestamp') !== undefined || jobFailure(job) !== undefined,
  }));
}

/** Why a Job ended without success; undefined while it has not. */
export function jobFailure(job: unknown): string | undefined {
  const failed = arrayAt(job, 'status', 'conditions').find(
    (condition) => stringAt(condition, 'type') === 'Failed' && stringAt(condition, 'status') === 'True',
  );
  if (failed === undefined) return undefined;
  return `${stringAt(failed, 'reason') ?? 'Failed'}: ${stringAt(failed, 'message') ?? 'no message'}`;
}
