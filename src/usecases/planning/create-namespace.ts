import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { createObject } from '../cluster/write-object.ts';

/** Creates a namespace for an application; one that exists meanwhile is taken. @throws ClusterStatusError */
export async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await createObject(cluster, { kind: knownKinds.namespaces, namespace: '', body }).catch(onRefusal([409], undefined));
}
