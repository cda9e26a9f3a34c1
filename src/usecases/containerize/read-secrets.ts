import { isObject, stringAt, valueAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { NamespaceSecret } from '../../domain/scan/secret-values.ts';
import { collectObjects } from '../cluster/list-objects.ts';

/**
 * The Secrets of a namespace, whose values must not be in an image. All values are known to the redactor afterwards.
 * @throws ClusterStatusError without the right to list them: the scan would be worth nothing
 */
export async function readSecrets(cluster: Cluster, namespace: string): Promise<readonly NamespaceSecret[]> {
  const found = await collectObjects({ cluster, kind: knownKinds.secrets, namespace });
  return found.map(toSecret);
}

function toSecret(secret: Resource): NamespaceSecret {
  const data = valueAt(secret, 'data');
  const entries = isObject(data) ? Object.entries(data) : [];
  return {
    name: secret.metadata.name,
    type: stringAt(secret, 'type') ?? 'Opaque',
    data: new Map(
      entries.flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, Buffer.from(value, 'base64')] as const] : [],
      ),
    ),
  };
}
