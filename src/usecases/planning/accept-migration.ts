import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { acceptedAnnotation } from '../../domain/planning/state.ts';
import type { StoredMigration } from '../../domain/planning/stored-migration.ts';
import { mergePatch } from '../cluster/write-object.ts';

/** Records that the user keeps the destination. @param time RFC 3339 @throws ClusterStatusError */
export async function acceptMigration(
  { configMap }: Pick<StoredMigration, 'configMap'>,
  { namespace, time }: { readonly namespace: string; readonly time: string },
  cluster: Cluster,
): Promise<void> {
  const { name, uid } = configMap;
  const ref = { kind: knownKinds.configmaps, namespace, name };
  await mergePatch(cluster, ref, { body: { metadata: { uid, annotations: { [acceptedAnnotation]: time } } } });
}
