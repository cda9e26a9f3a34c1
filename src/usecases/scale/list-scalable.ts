import { onRefusal } from '../../domain/kube/status-error.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { namespaced } from '../../domain/kube/known-kinds.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { expectedOf, itemOfUnexpected } from '../../domain/kube/expected-object.ts';
import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import type { ScalableType } from '../../domain/scale/scalable-types.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** One object of a type in the API. */
export function scalableRef({ resource, type }: { resource: Resource; type: ScalableType }): ObjectRef {
  const { namespace, name } = keyOf(resource);
  return { kind: namespaced(type.apiVersion, type.kind, type.plural), namespace, name };
}

export interface ScalablePlace {
  readonly namespace: string;
  /** Gets an item for each object that the list must not hold. */
  readonly refuse: (item: Item<'scale'>) => void;
}

/**
 * All objects of a type in a namespace; undefined when the cluster does not serve the type.
 * @throws ClusterStatusError
 */
export function listScalable(
  cluster: Cluster,
  { apiVersion, kind: name, plural }: ScalableType,
  { namespace, refuse }: ScalablePlace,
): Promise<readonly Resource[] | undefined> {
  const kind = namespaced(apiVersion, name, plural);
  const found = collectObjects({ cluster, kind, namespace }, (object) => {
    refuse(itemOfUnexpected(expectedOf(kind, namespace), object));
  });
  return found.catch(onRefusal([404], undefined));
}
