import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { ReleaseId, Revision } from '../../domain/helm/helm.ts';
import { isUnderWay, planRecovery, type Recovery } from '../../domain/helm/plan-recovery.ts';
import { helmSelector, revisionsOf } from '../../domain/helm/revisions.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { textsAt } from '../../domain/kube/resource.ts';
import { listMetadata } from './read-release.ts';
import type { ReleasePorts } from './release-ports.ts';

/** The Secret of a revision, as it was at a time. */
export interface ReleaseRecord {
  readonly revision: number;
  /** Name of the Secret. */
  readonly object: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The history of a release, what it needs, and the records that it was read from. */
export interface SettledHistory {
  readonly history: readonly Revision[];
  readonly recovery: Recovery;
  /** Empty if nothing has to be recovered. */
  readonly records: readonly ReleaseRecord[];
}

const pollEvery = 500;

/**
 * Reads the history of a release while this run has its Lease. The helm of another user needs no Lease, and may still
 * work on a revision that is pending or being uninstalled. Its records do not differ from those of a helm that was
 * killed, so that they must be unchanged for a while. When they change, the history is read again.
 * @param patience milliseconds that the records must be unchanged
 * @throws ClusterStatusError, HelmError
 */
export async function readSettledHistory(
  { namespace, name }: ReleaseId,
  patience: number,
  ports: ReleasePorts,
): Promise<SettledHistory> {
  const release = { namespace, name };
  for (;;) {
    const records = await listRecords(release, ports);
    const history = await ports.helm.history(release);
    const recovery = planRecovery(history);
    if (recovery.kind === 'none') return { history, recovery, records: [] };
    const wait = isUnderWay(history) ? patience : 0;
    if (wait > 0)
      ports.log.info(
        `release ${name} is ${history.at(-1)?.status ?? 'unfinished'}: waiting up to ${String(wait / 1000)} s for another helm that may work on it`,
      );
    if (await areUnchanged({ release, records }, wait, ports)) return { history, recovery, records };
  }
}

/**
 * @throws TaskError `incomplete` when a record was added, changed or deleted since the history was read
 */
export async function assertSettled(
  release: ReleaseId,
  { records }: SettledHistory,
  ports: ReleasePorts,
): Promise<void> {
  if (!isSame(records, await listRecords(release, ports))) throw recordsChanged(release);
}

export function recordsChanged({ namespace, name }: ReleaseId): TaskError {
  return new TaskError('incomplete', `recovering release ${namespace}/${name}: another program changed its revisions`, {
    remedy: 'Wait until the other helm command has ended, then run again.',
  });
}

interface RecordsOfRelease {
  readonly release: ReleaseId;
  readonly records: readonly ReleaseRecord[];
}

async function areUnchanged(
  { release, records }: RecordsOfRelease,
  milliseconds: number,
  ports: ReleasePorts,
): Promise<boolean> {
  const until = ports.now() + milliseconds;
  for (;;) {
    if (!isSame(records, await listRecords(release, ports))) return false;
    if (ports.now() >= until) return true;
    await ports.sleep(pollEvery);
  }
}

async function listRecords(
  { namespace, name }: ReleaseId,
  { cluster }: ReleasePorts,
): Promise<readonly ReleaseRecord[]> {
  const labelSelector = `${helmSelector},name=${name}`;
  const objects = await listMetadata(cluster, { kind: knownKinds.secrets, namespace, labelSelector });
  return objects
    .filter((object) => textsAt(object, 'labels')['name'] === name)
    .flatMap((object) =>
      revisionsOf([object]).map(({ revision }) => ({
        revision,
        object: object.metadata.name,
        uid: stringAt(object.metadata, 'uid') ?? '',
        resourceVersion: stringAt(object.metadata, 'resourceVersion') ?? '',
      })),
    );
}

function isSame(before: readonly ReleaseRecord[], now: readonly ReleaseRecord[]): boolean {
  const keyOf = ({ uid, resourceVersion }: ReleaseRecord): string => `${uid} ${resourceVersion}`;
  const known = new Set(before.map(keyOf));
  return before.length === now.length && now.every((record) => known.has(keyOf(record)));
}
