import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
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
  return [
    ...noteBinding(resource, options, evidence),
    ...noteConstraints(resource, options, evidence),
    ...noteRole(resource),
    ...noteHostPaths(resource),
  ];
}

/** SecurityContextConstraints name whom they are for: others than the accounts that move get them at the destination too. */
function noteConstraints(
  constraints: Resource,
  { namespaceMapping }: TransformOptions,
  { hasNamespace }: Evidence,
): readonly string[] {
  if (kindOf(constraints) !== 'SecurityContextConstraints.security.openshift.io') return [];
  const subjects = (['User', 'Group'] as const).flatMap((kind) =>
    arrayAt(constraints, `${kind.toLowerCase()}s`).map((name) => ({ kind, name })),
  );
  const others = subjects.filter((subject) => {
    const namespace = namespaceOfSubject(subject);
    return namespace === undefined || !(namespaceMapping.has(namespace) || hasNamespace(namespace));
  });
  return others.map(({ kind, name }) => `is for ${kind} ${String(name)} too, which does not move`);
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
