import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type Path } from '../../core/json-object.ts';
import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';

/** The label that every namespace carries with its own name. */
const nameLabel = 'kubernetes.io/metadata.name';

type Moves = TransformOptions['namespaceMapping'];

/**
 * Names of namespaces, changed as `namespace-mapping` says: the resource's own, those in subjects of RoleBindings and
 * ClusterRoleBindings, in selectors of NetworkPolicies and of pod affinities. The namespaces of registry-replacement
 * are not enough here: images may move to a place that is none of the application's.
 */
export function moveNamespaces(
  resource: Resource,
  { namespaceMapping: moves }: TransformOptions,
): readonly Operation[] {
  return [
    ...replaceName(['metadata', 'namespace'], resource.metadata.namespace, moves),
    ...moveSubjects(resource, moves),
    ...moveNetworkPolicy(resource, moves),
    ...podSpecsOf(resource).flatMap(({ path, spec }) => moveAffinity([...path, 'affinity'], spec['affinity'], moves)),
  ];
}

/** Whether a resource binds a role of rbac.authorization.k8s.io to subjects. */
export function isRoleBinding(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  return group === 'rbac.authorization.k8s.io' && (kind === 'RoleBinding' || kind === 'ClusterRoleBinding');
}

/** The namespace of the ServiceAccounts that a subject stands for: one by name or as a user, or all of a namespace. */
export function namespaceOfSubject(subject: unknown): string | undefined {
  const name = stringAt(subject, 'name') ?? '';
  switch (stringAt(subject, 'kind')) {
    case 'ServiceAccount':
      return stringAt(subject, 'namespace');
    case 'User':
      return /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1];
    case 'Group':
      return /^system:serviceaccounts:([^:]+)$/.exec(name)?.[1];
    case undefined:
    default:
      return undefined;
  }
}

function moveSubjects(binding: Resource, moves: Moves): readonly Operation[] {
  if (!isRoleBinding(binding)) return [];
  return arrayAt(binding, 'subjects').flatMap((subject, index) => {
    const name = stringAt(subject, 'name') ?? '';
    const namespace = namespaceOfSubject(subject) ?? '';
    const destination = moves.get(namespace);
    if (destination === undefined || destination === namespace) return [];
    const path = ['subjects', index];
    if (stringAt(subject, 'kind') === 'ServiceAccount') return [replaceAt([...path, 'namespace'], destination)];
    // The patterns above let no other place of the name be meant: the namespace is its third word.
    return [replaceAt([...path, 'name'], name.split(':').with(2, destination).join(':'))];
  });
}

function moveNetworkPolicy(policy: Resource, moves: Moves): readonly Operation[] {
  if (kindOf(policy) !== 'NetworkPolicy.networking.k8s.io') return [];
  const sides = [
    { rules: 'ingress', peers: 'from' },
    { rules: 'egress', peers: 'to' },
  ];
  return sides.flatMap(({ rules, peers }) =>
    arrayAt(policy, 'spec', rules).flatMap((rule, index) =>
      arrayAt(rule, peers).flatMap((peer, place) =>
        moveSelector(
          ['spec', rules, index, peers, place, 'namespaceSelector'],
          valueAt(peer, 'namespaceSelector'),
          moves,
        ),
      ),
    ),
  );
}

function moveAffinity(path: Path, affinity: unknown, moves: Moves): readonly Operation[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...arrayAt(affinity, kind, 'requiredDuringSchedulingIgnoredDuringExecution').flatMap((term, index) =>
      moveTerm([...path, kind, 'requiredDuringSchedulingIgnoredDuringExecution', index], term, moves),
    ),
    ...arrayAt(affinity, kind, 'preferredDuringSchedulingIgnoredDuringExecution').flatMap((entry, index) =>
      moveTerm(
        [...path, kind, 'preferredDuringSchedulingIgnoredDuringExecution', index, 'podAffinityTerm'],
        valueAt(entry, 'podAffinityTerm'),
        moves,
      ),
    ),
  ]);
}

function moveTerm(path: Path, term: unknown, moves: Moves): readonly Operation[] {
  return [
    ...moveList([...path, 'namespaces'], arrayAt(term, 'namespaces'), moves),
    ...moveSelector([...path, 'namespaceSelector'], valueAt(term, 'namespaceSelector'), moves),
  ];
}

function moveSelector(path: Path, selector: unknown, moves: Moves): readonly Operation[] {
  if (!isObject(selector)) return [];
  return [
    ...replaceName([...path, 'matchLabels', nameLabel], stringAt(selector, 'matchLabels', nameLabel), moves),
    ...arrayAt(selector, 'matchExpressions').flatMap((expression, index) =>
      stringAt(expression, 'key') === nameLabel
        ? moveList([...path, 'matchExpressions', index, 'values'], arrayAt(expression, 'values'), moves)
        : [],
    ),
  ];
}

function moveList(path: Path, names: readonly unknown[], moves: Moves): readonly Operation[] {
  return names.flatMap((name, index) =>
    replaceName([...path, index], typeof name === 'string' ? name : undefined, moves),
  );
}

function replaceName(path: Path, name: string | undefined, moves: Moves): readonly Operation[] {
  const destination = name === undefined ? undefined : moves.get(name);
  return destination === undefined || destination === name ? [] : [replaceAt(path, destination)];
}
