import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';

// https://kubernetes.io/docs/reference/labels-annotations-taints/ and the node roles of OpenShift 3.
const labelsOfSource: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/hostname', 'the name of a node of the source'],
  ['failure-domain.beta.kubernetes.io/zone', 'replaced by topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'replaced by topology.kubernetes.io/region'],
  ['beta.kubernetes.io/arch', 'replaced by kubernetes.io/arch'],
  ['beta.kubernetes.io/os', 'replaced by kubernetes.io/os'],
  ['beta.kubernetes.io/instance-type', 'replaced by node.kubernetes.io/instance-type'],
  ['node-role.kubernetes.io/compute', 'the role of OpenShift 3'],
]);
const spreading = 'kubernetes.io/hostname';

/**
 * Reports labels of nodes that a workload asks for and the nodes of the destination hardly have. A topology key
 * `kubernetes.io/hostname` is fine: it spreads, whatever the nodes are called.
 */
export function noteNodes(resource: Resource): readonly string[] {
  const keys = podSpecsOf(resource).flatMap(({ spec }) => [
    ...keysOf(spec['nodeSelector']),
    ...keysOfNodeAffinity(valueAt(spec, 'affinity', 'nodeAffinity')),
    ...topologyKeys(spec).filter((key) => key !== spreading),
  ]);
  return [...new Set(keys)].flatMap((key) => {
    const why = labelsOfSource.get(key);
    return why === undefined
      ? []
      : [`asks for nodes by the label ${key} (${why}): nodes of the destination may lack it`];
  });
}

function keysOf(selector: unknown): readonly string[] {
  return isObject(selector) ? Object.keys(selector) : [];
}

function keysOfNodeAffinity(affinity: unknown): readonly string[] {
  const terms = [
    ...arrayAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'),
    ...arrayAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) =>
      valueAt(entry, 'preference'),
    ),
  ];
  return terms
    .flatMap((term) => arrayAt(term, 'matchExpressions'))
    .flatMap((expression) => stringAt(expression, 'key') ?? []);
}

function topologyKeys(spec: unknown): readonly string[] {
  const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...arrayAt(spec, 'affinity', kind, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...arrayAt(spec, 'affinity', kind, 'preferredDuringSchedulingIgnoredDuringExecution').map((entry) =>
      valueAt(entry, 'podAffinityTerm'),
    ),
  ]);
  return [...arrayAt(spec, 'topologySpreadConstraints'), ...affinities].flatMap(
    (entry) => stringAt(entry, 'topologyKey') ?? [],
  );
}
