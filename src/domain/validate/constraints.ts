import type { ApiSurface } from '../schemas/documents.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { podSpecsOf, type PodSpec } from '../kube/pod-specs.ts';
import { kindOf, type Resource } from '../kube/resource.ts';
import { gap, unknown, type Checks, type Judgement } from './api-surface.ts';

/** ClusterRoles that OpenShift makes for its own SecurityContextConstraints. */
const shipped = /^system:openshift:scc:(.+)$/;
const rbac = 'rbac.authorization.k8s.io';

/** Annotations of pods themselves: those beside their specification. */
export function podAnnotations(resource: Resource, { path }: PodSpec): JsonObject {
  const annotations = valueAt(resource, ...path.slice(0, -1), 'metadata', 'annotations');
  return isObject(annotations) ? annotations : {};
}

/** The SecurityContextConstraints that a pod demands by annotation. */
export function requiredConstraint(annotations: JsonObject): string | undefined {
  return stringAt(annotations, 'openshift.io/required-scc');
}

/** The SecurityContextConstraints that roles and bindings among resources let accounts of a namespace use, by account. */
export function grantedConstraints(resources: Iterable<Resource>): ReadonlyMap<string, readonly string[]> {
  const granted = new Map<string, readonly string[]>();
  const roles: Resource[] = [];
  const bindings: Resource[] = [];
  for (const resource of resources) {
    if (isOf(resource, ['Role', 'ClusterRole'])) roles.push(resource);
    if (isOf(resource, ['RoleBinding', 'ClusterRoleBinding'])) bindings.push(resource);
  }
  for (const binding of bindings) {
    const names = constraintsOfRole(binding, roles);
    for (const subject of arrayAt(binding, 'subjects')) {
      if (stringAt(subject, 'kind') !== 'ServiceAccount') continue;
      const account = stringAt(subject, 'name') ?? '';
      granted.set(account, [...(granted.get(account) ?? []), ...names]);
    }
  }
  return granted;
}

/** One item for each of the SecurityContextConstraints that resources name: whether the destination has it. */
export function checkConstraints(resources: Iterable<Resource>, surface: ApiSurface): Checks {
  const names = new Set([...grantedConstraints(resources).values()].flat());
  const moved = new Set<string>();
  for (const resource of resources) {
    if (isConstraint(resource)) moved.add(resource.metadata.name);
    for (const pod of podSpecsOf(resource)) {
      const name = requiredConstraint(podAnnotations(resource, pod));
      if (name !== undefined) names.add(name);
    }
  }
  return [...names]
    .filter((name) => !moved.has(name))
    .map((name) => ({ id: `SecurityContextConstraints ${name}`, ...judge(name, surface) }));
}

function judge(name: string, { securityConstraints, unread }: ApiSurface): Judgement {
  const why = unread.find(({ what }) => what === 'securityConstraints')?.why;
  if (why !== undefined) return unknown(why);
  if (securityConstraints === undefined) return unknown('the destination has no such kind, or was captured without it');
  if (securityConstraints.includes(name)) return { outcome: 'done', reason: 'constraint-present' };
  return gap(
    'constraint-missing',
    'the destination does not have it: create it there, or name another one in the role',
  );
}

function constraintsOfRole(binding: Resource, roles: readonly Resource[]): readonly string[] {
  const [kind, name = ''] = [stringAt(binding, 'roleRef', 'kind'), stringAt(binding, 'roleRef', 'name')];
  const [, own] = shipped.exec(name) ?? [];
  if (own !== undefined) return [own];
  const role = roles.find((each) => each.kind === kind && each.metadata.name === name);
  return arrayAt(role, 'rules')
    .filter((rule) => arrayAt(rule, 'resources').includes('securitycontextconstraints'))
    .flatMap((rule) => arrayAt(rule, 'resourceNames'))
    .filter((each) => typeof each === 'string');
}

function isOf(resource: Resource, kinds: readonly string[]): boolean {
  return kinds.some((kind) => kindOf(resource) === `${kind}.${rbac}`);
}

function isConstraint(resource: Resource): boolean {
  return kindOf(resource) === 'SecurityContextConstraints.security.openshift.io';
}
