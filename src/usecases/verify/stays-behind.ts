import { keyOf, type Resource } from '../../domain/kube/resource.ts';
import { kubernetesWhiteout } from '../../domain/transform/rules/kubernetes-whiteouts.ts';
import { openshiftWhiteout } from '../../domain/transform/rules/openshift-whiteouts.ts';
import { toTransformOptions } from '../../domain/transform/transform-options.ts';

const defaults = toTransformOptions({});

/** Whether any move leaves a resource out: objects that others create, and objects that programs write all the time. */
export function staysBehind(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  if (group === 'coordination.k8s.io' && kind === 'Lease') return true;
  return kubernetesWhiteout(resource, defaults) !== undefined || openshiftWhiteout(resource, defaults) !== undefined;
}
