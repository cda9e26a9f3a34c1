import { keyOf, type Resource } from '../../domain/resources/resource.ts';
import { kubernetesWhiteout } from '../../domain/resources/transform/kubernetes-whiteouts.ts';
import { openshiftWhiteout } from '../../domain/resources/transform/openshift-whiteouts.ts';
import { toTransformOptions } from '../../domain/resources/transform/transform-options.ts';

const defaults = toTransformOptions({});

/** Whether a resource stays at the source in any move: what others make of it, and what programs write all the time. */
export function staysBehind(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  if (group === 'coordination.k8s.io' && kind === 'Lease') return true;
  return kubernetesWhiteout(resource, defaults) !== undefined || openshiftWhiteout(resource, defaults) !== undefined;
}
