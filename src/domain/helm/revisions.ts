import { TaskError } from '../core/errors.ts';
import { stringAt } from '../core/json-object.ts';
import { textsAt, type Resource } from '../kube/resource.ts';

/** A stored revision of a release, as the labels of its Secret or ConfigMap describe it. */
export interface StoredRevision {
  readonly release: string;
  readonly revision: number;
  /** For example `deployed`, `superseded`, `failed`, `pending-upgrade`. */
  readonly status: string;
  /** Name of the Secret or ConfigMap. */
  readonly object: string;
}

/** Label selector of the objects of Helm 3. */
export const helmSelector = 'owner=helm';

/** The revisions that objects with the label `owner=helm` hold. Objects without the other labels are skipped. */
export function revisionsOf(objects: readonly Resource[]): readonly StoredRevision[] {
  return objects.flatMap((object) => {
    const { name, version, status, owner } = textsAt(object, 'labels');
    const revision = /^\d+$/.test(version ?? '') ? Number(version) : undefined;
    if (owner !== 'helm' || name === undefined || status === undefined || revision === undefined) return [];
    return [{ release: name, revision, status, object: object.metadata.name }];
  });
}

/**
 * The revision that runs: the newest of those with the status `deployed`. After a failed upgrade this is an earlier one.
 * @throws TaskError `release-pending` when no revision is deployed
 */
export function chooseRevision(release: string, revisions: readonly StoredRevision[]): StoredRevision {
  const newestFirst = [...revisions].sort((one, other) => other.revision - one.revision);
  const found = newestFirst.find(({ status }) => status === 'deployed');
  if (found !== undefined) return found;
  const states = newestFirst.map(({ revision, status }) => `revision ${String(revision)} is ${status}`).join(', ');
  const isPending = newestFirst.some(({ status }) => status.startsWith('pending-'));
  throw new TaskError('release-pending', `choosing a revision of release ${release}: none is deployed (${states})`, {
    remedy: isPending
      ? 'Wait for the running helm command, or clear the state that it left with `helm rollback` or `helm uninstall`, then run again.'
      : 'Upgrade or roll back the release until `helm status` says deployed, then run again.',
  });
}

/** Whether `helm uninstall --keep-history` ended the release: its objects are gone, its records are kept. */
export function isUninstalled(revisions: readonly StoredRevision[]): boolean {
  const newest = Math.max(...revisions.map(({ revision }) => revision));
  return revisions.some(({ revision, status }) => revision === newest && status === 'uninstalled');
}

/**
 * Helm 2 names its objects `<release>.v<revision>` and labels them `OWNER=TILLER`.
 * https://github.com/helm/helm/blob/v2.17.0/pkg/storage/driver/secrets.go
 */
export const tillerSelector = 'OWNER=TILLER';

/** Whether objects with the label `OWNER=TILLER` hold a release of this name. */
export function isHelm2Release(release: string, objects: readonly Resource[]): boolean {
  return objects.some((object) => stringAt(object.metadata, 'labels', 'NAME') === release);
}
