import { resourcesOf } from '../../domain/helm/rendered-objects.ts';
import type { ReleaseId, Revision } from '../../domain/helm/helm.ts';
import { onHelmFailure } from '../../domain/helm/helm-error.ts';
import type { Recovery } from '../../domain/helm/plan-recovery.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { findObject } from '../cluster/find-object.ts';
import { deleteObject } from '../cluster/write-object.ts';
import type { ReleasePorts } from './release-ports.ts';

const uninstallSeconds = 600;

/**
 * Makes a release usable again, while this run has its Lease. Objects of the application remain, except those of a
 * release that was being uninstalled.
 * @returns the objects of the revisions whose records were deleted: some may be left over after the next revision
 * @throws ClusterStatusError, HelmError
 */
export async function recoverRelease(
  release: ReleaseId,
  recovery: Recovery,
  ports: ReleasePorts,
): Promise<readonly Resource[]> {
  const { helm, log } = ports;
  if (recovery.kind === 'none') return [];
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
  for (const revision of recovery.revisions) await deleteRecord(release, revision, ports);
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
 * Deletes the Secret of a revision if it still is as it was read: helm that is alive after all has changed it.
 * Source of the name: helm.sh/helm/v3/pkg/storage/storage.go `makeKey`.
 */
async function deleteRecord(
  { namespace, name }: ReleaseId,
  { revision }: Revision,
  { cluster }: ReleasePorts,
): Promise<void> {
  const ref = { kind: knownKinds.secrets, namespace, name: `sh.helm.release.v1.${name}.v${String(revision)}` };
  const found = await findObject(cluster, ref);
  if (found === undefined) return;
  const preconditions = {
    uid: stringAt(found.metadata, 'uid') ?? '',
    resourceVersion: stringAt(found.metadata, 'resourceVersion') ?? '',
  };
  await deleteObject(cluster, ref, { propagationPolicy: 'Background', preconditions }).catch(
    onRefusal([404], undefined),
  );
}
