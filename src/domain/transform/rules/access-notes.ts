import { arrayAt, stringAt, valueAt, isObject } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import type { Evidence } from './evidence.ts';
import { isRoleBinding, namespaceOfSubject } from './namespace-patches.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';

/** Roles whose holder rules a namespace or the cluster. */
const rulingRoles: ReadonlySet<string> = new Set(['cluster-admin', 'admin', 'sudoer', 'system:masters']);
/** Verbs with which an account gives itself further rights. */
const risingVerbs = ['*', 'escalate', 'bind', 'impersonate'];

/**
 * What the owner of the destination should know: rights beyond the namespace, and files of the nodes. They are moved.
 */
export function noteAccess(resource: Resource, options: TransformOptions, evidence: Evidence): readonly string[] {
  return [...noteBinding(resource, options, evidence), ...noteRole(resource), ...noteHostPaths(resource)];
}

function noteBinding(
  binding: Resource,
  { namespaceMapping }: TransformOptions,
  { hasNamespace }: Evidence,
): readonly string[] {
  if (!isRoleBinding(binding)) return [];
  const role = stringAt(binding, 'roleRef', 'name') ?? '';
  const isClusterWide = binding.kind === 'ClusterRoleBinding';
  const own = binding.metadata.namespace;
  const foreign = arrayAt(binding, 'subjects').flatMap((subject) => {
    const namespace = namespaceOfSubject(subject);
    if (namespace === undefined || namespace === own) return [];
    if (namespaceMapping.has(namespace) || hasNamespace(namespace)) return [];
    const called = ['kind', 'name'].flatMap((field) => stringAt(subject, field) ?? []).join(' ');
    return [`its subject ${called} is of namespace ${namespace}, which does not move`];
  });
  return [
    ...(isClusterWide ? [`grants ${role} in the whole cluster`] : []),
    ...(!isClusterWide && rulingRoles.has(role) ? [`grants ${role}`] : []),
    ...foreign,
  ];
}

function noteRole(role: Resource): readonly string[] {
  if (!/^(Cluster)?Role\.rbac\.authorization\.k8s\.io$/.test(kindOf(role))) return [];
  const verbs = arrayAt(role, 'rules').flatMap((rule) => {
    const isWide = arrayAt(rule, 'resources').includes('*') || arrayAt(rule, 'apiGroups').includes('*');
    return arrayAt(rule, 'verbs').filter((verb) => verb !== '*' || isWide);
  });
  const rising = risingVerbs.filter((verb) => verbs.includes(verb));
  return rising.length === 0 ? [] : [`allows to gain further rights (${rising.join(', ')})`];
}

function noteHostPaths(resource: Resource): readonly string[] {
  const paths = podSpecsOf(resource)
    .flatMap(({ spec }) => arrayAt(spec, 'volumes'))
    .flatMap((volume) => stringAt(volume, 'hostPath', 'path') ?? []);
  return paths.map((path) => `mounts ${path} of its node, whose files do not move`);
}

/** Reports claims that are filled from what does not move, such as a VolumeSnapshot: a new claim waits for it. */
export function noteDataSources(resource: Resource): readonly string[] {
  const ephemeral = podSpecsOf(resource)
    .flatMap(({ spec }) => arrayAt(spec, 'volumes'))
    .map((volume) => valueAt(volume, 'ephemeral', 'volumeClaimTemplate'));
  const sources = [...arrayAt(resource, 'spec', 'volumeClaimTemplates'), ...ephemeral].flatMap((template) => {
    const kinds = ['dataSourceRef', 'dataSource'].map((field) => [
      stringAt(template, 'spec', field, 'kind'),
      stringAt(template, 'spec', field, 'name'),
    ]);
    return kinds.flatMap(([kind, name]) =>
      kind === undefined || name === undefined || kind === 'PersistentVolumeClaim' ? [] : [`${kind} ${name}`],
    );
  });
  return [...new Set(sources)].map(
    (source) => `its new claims are filled from ${source}, which does not move: they wait for it`,
  );
}

const sealingScope = 'sealedsecrets.bitnami.com/';

/** Reports a SealedSecret: the controller of another cluster has another key (https://github.com/bitnami-labs/sealed-secrets). */
export function noteSealedSecrets(sealed: Resource, { namespaceMapping }: TransformOptions): readonly string[] {
  if (kindOf(sealed) !== 'SealedSecret.bitnami.com') return [];
  const own = String(sealed.metadata.namespace);
  const isMoved = namespaceMapping.has(own) && namespaceMapping.get(own) !== own;
  const isClusterWide = textsAt(sealed, 'annotations')[`${sealingScope}cluster-wide`] === 'true';
  return [
    'only a controller with the sealing key of the source can open it',
    ...(isMoved && !isClusterWide
      ? [`it is sealed for namespace ${own}, and no controller opens it in another one`]
      : []),
  ];
}

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

/** Reports labels of nodes that the destination may lack. `kubernetes.io/hostname` as a topology key only spreads. */
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
