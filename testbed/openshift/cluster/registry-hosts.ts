import { stringAt } from '../json.ts';
import type { KubeClient } from '../kube/kube-client.ts';

/** Every name under which pods of the cluster reach its registry: the Service's names and its address. */
export async function findRegistryHosts(client: KubeClient, internalHost: string): Promise<string[]> {
  const { body } = await client.send({
    method: 'GET',
    path: '/api/v1/namespaces/openshift-image-registry/services/image-registry',
  });
  const address = stringAt(body, 'spec', 'clusterIP');
  const [host = '', port = '5000'] = internalHost.split(':');
  return [internalHost, `${host}.cluster.local:${port}`, ...(address === undefined ? [] : [`${address}:${port}`])];
}
