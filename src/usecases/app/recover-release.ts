import { resourcesOf } from '../../domain/helm/rendered-objects.ts';
import type { ReleaseId, Revision } from '../../domain/helm/helm.ts';
import { onHelmFailure } from '../../domain/helm/helm-error.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isConflict, isNotFound } from '../../domain/kube/status-error.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { deleteObject } from '../cluster/write-object.ts';
import type { ReleasePorts } from './release-ports.ts';
import { assertSettled, recordsChanged, type ReleaseRecord, type SettledHistory } from './settled-history.ts';

const uninstallSeconds = 600;

/**
 * Makes a release usable again, while this run has its Lease. Objects of the application remain, except those of a
 * release that was being uninstalled.
 * @returns the objects of the revisions whose records were deleted: some may be left over after the next revision
 * @throws TaskError `incomplete` when another program changed the release since its history was read; ClusterStatusError,
 *   HelmError
 */
export async function recoverRelease(
  release: ReleaseId,
  settled: SettledHistory,
  ports: ReleasePorts,
): Promise<readonly Resource[]> {
  const { helm, log } = ports;
  const { recovery, records } = settled;
  if (recovery.kind === 'none') return [];
  await assertSettled(release, settled, ports);
  if (recovery.kind === 'finish-uninstall') {
    log.warn(`release ${release.name} was being uninstalled: finishing that first`);
    await helm.uninstall({ ...release, wait: true, timeoutSeconds: uninstallSeconds });
    return [];
  }
  const former: Resource[] = [];
  for (const revision of recovery.revisions) {
    log.warn(
      `release ${release.name}: revision ${String(revision.revision)} is ${revision.status}; deleting its record`,
    );
    former.push(...(await objectsOf(release, revision, ports)));
  }
  const planned = new Set(recovery.revisions.map(({ revision }) => revision));
  for (const record of records) if (planned.has(record.revision)) await deleteRecord(release, record, ports);
  return former;
}

/** A revision that was killed while it was rendered has no manifest. */
async function objectsOf(
  release: ReleaseId,
  { revision }: Revision,
  ports: ReleasePorts,
): Promise<readonly Resource[]> {
  const text = await ports.helm.manifest(release, revision).catch(onHelmFailure(['not-found'], ''));
  return resourcesOf(text, release.namespace, ports.yaml);
}

/**
 * Deletes the Secret of a revision if it still is as it was when the history was read.
 * @throws TaskError `incomplete` when another program changed it
 */
async function deleteRecord(release: ReleaseId, record: ReleaseRecord, { cluster }: ReleasePorts): Promise<void> {
  const { object, uid, resourceVersion } = record;
  const ref = { kind: knownKinds.secrets, namespace: release.namespace, name: object };
  const preconditions = { uid, resourceVersion };
  try {
    await deleteObject(cluster, ref, { propagationPolicy: 'Background', preconditions });
  } catch (error) {
    if (isConflict(error)) throw recordsChanged(release);
    if (!isNotFound(error)) throw error;
  }
}
