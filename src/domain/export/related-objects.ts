import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { keyOf, kindOf, type Resource } from '../kube/resource.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';

/** Kinds of cluster-scoped objects that those of a namespace need, by their plural. */
export type RelatedPlural =
  | 'customresourcedefinitions'
  | 'clusterroles'
  | 'clusterrolebindings'
  | 'storageclasses'
  | 'priorityclasses'
  | 'securitycontextconstraints';

export interface RelatedObject {
  readonly plural: RelatedPlural;
  readonly name: string;
}

/** API groups that come with Kubernetes or OpenShift itself; those without a dot are all of Kubernetes. */
const platformGroups: readonly RegExp[] = [
  /^[^.]*$/,
  /^(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates)\.k8s\.io$/,
  /^(?:coordination|discovery|events|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io$/,
  /^(?:[a-z]+\.)apiserver\.k8s\.io$/,
  /^(?:apps|authorization|build|image|oauth|project|quota|route|security|template|user)\.openshift\.io$/,
];

/** What an object of a namespace needs of the cluster, as far as it says so itself. */
export function relatedTo(resource: Resource): readonly RelatedObject[] {
  return [
    ...rolesOf(resource),
    ...storageClassesOf(resource),
    ...priorityClassesOf(resource),
    ...constraintsOf(resource),
  ];
}

/** The definition of a kind, if it is a custom one: whether it is, only its API server knows. */
export function definitionOf({ group, plural }: { group: string; plural: string }): RelatedObject | undefined {
  return platformGroups.some((pattern) => pattern.test(group))
    ? undefined
    : { plural: 'customresourcedefinitions', name: `${plural}.${group}` };
}

/** Whether a ClusterRoleBinding gives rights to accounts of a namespace. */
export function bindsAccountsOf(binding: Resource, namespace: string): boolean {
  return arrayAt(binding, 'subjects').some((subject) => {
    const [kind, name] = [stringAt(subject, 'kind'), stringAt(subject, 'name')];
    if (kind === 'ServiceAccount') return stringAt(subject, 'namespace') === namespace;
    if (kind === 'Group') return name === `system:serviceaccounts:${namespace}`;
    return kind === 'User' && name?.startsWith(`system:serviceaccount:${namespace}:`) === true;
  });
}

/** SecurityContextConstraints that each OpenShift has (openshift/cluster-kube-apiserver-operator bindata, and its operators). */
const shippedConstraints =
  /^(?:anyuid|hostaccess|hostmount-anyuid(?:-v2)?|hostnetwork(?:-v2)?|machine-api-termination-handler|nested-container|node-exporter|nonroot(?:-v2)?|privileged|restricted(?:-v[23])?)$/;

/** Whether SecurityContextConstraints of users are for accounts of a namespace, without a role. */
export function admitsAccountsOf(constraints: Resource, namespace: string): boolean {
  const users = ['users', 'groups'].flatMap((field) => arrayAt(constraints, field));
  return (
    !shippedConstraints.test(constraints.metadata.name) &&
    users.some(
      (user) =>
        user === `system:serviceaccounts:${namespace}` ||
        (typeof user === 'string' && user.startsWith(`system:serviceaccount:${namespace}:`)),
    )
  );
}

/** Whether every cluster has an object of its own under this name, made by its platform. */
export function isOfPlatform(name: string, resource?: Resource): boolean {
  const bootstrapped = valueAt(resource, 'metadata', 'labels', 'kubernetes.io/bootstrapping') === 'rbac-defaults';
  return /^system[:-]/.test(name) || bootstrapped;
}

function rolesOf(resource: Resource): readonly RelatedObject[] {
  const { group, kind } = keyOf(resource);
  const isBinding = group === 'rbac.authorization.k8s.io' && /^(?:Cluster)?RoleBinding$/.test(kind);
  const name = stringAt(resource, 'roleRef', 'name');
  if (!isBinding || name === undefined || stringAt(resource, 'roleRef', 'kind') !== 'ClusterRole') return [];
  return [{ plural: 'clusterroles', name }];
}

/** SecurityContextConstraints that a role lets its holders use, also one that OpenShift makes, or that pods demand. */
function constraintsOf(resource: Resource): readonly RelatedObject[] {
  const ofRole = /^(?:Cluster)?Role\.rbac\.authorization\.k8s\.io$/.test(kindOf(resource))
    ? arrayAt(resource, 'rules')
        .filter((rule) => arrayAt(rule, 'resources').includes('securitycontextconstraints'))
        .flatMap((rule) => arrayAt(rule, 'resourceNames'))
    : [];
  const ofBinding = rolesOf(resource).map(({ name }) => /^system:openshift:scc:(.+)$/.exec(name)?.[1]);
  const ofPods = podSpecsOf(resource).map(({ path }) =>
    stringAt(resource, ...path.slice(0, -1), 'metadata', 'annotations', 'openshift.io/required-scc'),
  );
  const names = [...ofRole, ...ofBinding, ...ofPods].map((name) => (typeof name === 'string' ? name : undefined));
  return named(
    'securitycontextconstraints',
    names.filter((name) => name === undefined || !shippedConstraints.test(name)),
  );
}

function storageClassesOf(resource: Resource): readonly RelatedObject[] {
  const claims =
    resource.kind === 'PersistentVolumeClaim' ? [resource] : arrayAt(resource, 'spec', 'volumeClaimTemplates');
  return named(
    'storageclasses',
    claims.map((claim) => stringAt(claim, 'spec', 'storageClassName')),
  );
}

function priorityClassesOf(resource: Resource): readonly RelatedObject[] {
  return named(
    'priorityclasses',
    podSpecsOf(resource).map(({ spec }) => stringAt(spec, 'priorityClassName')),
  );
}

function named(plural: RelatedPlural, names: readonly (string | undefined)[]): readonly RelatedObject[] {
  return names.flatMap((name) => (name === undefined || name === '' ? [] : [{ plural, name }]));
}
