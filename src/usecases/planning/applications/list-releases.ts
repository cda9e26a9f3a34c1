import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { textsAt } from '../../../domain/kube/resource.ts';
import { helmSelector } from '../../../domain/helm/revisions.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import { withoutSecretValues } from '../without-secret-values.ts';

/** A Helm release by the labels of its newest revision. */
export interface ListedRelease {
  readonly name: string;
  readonly revision: number;
  /** As helm has it, such as `deployed`. */
  readonly status: string;
}

/** The releases of a namespace whose revisions are Secrets, as helm does it by default. No value is read. @throws ClusterStatusError */
export async function listReleases(cluster: Cluster, namespace: string): Promise<readonly ListedRelease[]> {
  const list = {
    cluster: withoutSecretValues(cluster),
    kind: knownKinds.secrets,
    namespace,
    labelSelector: helmSelector,
  };
  const newest = new Map<string, ListedRelease>();
  for (const secret of await collectObjects(list)) {
    const { name, version, status = '' } = textsAt(secret, 'labels');
    const revision = Number(version);
    if (name === undefined || !Number.isInteger(revision) || revision < (newest.get(name)?.revision ?? 0)) continue;
    newest.set(name, { name, revision, status });
  }
  return [...newest.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
