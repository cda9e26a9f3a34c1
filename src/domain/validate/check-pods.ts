import type { ApiSurface, NamespacePolicy } from '../schemas/documents.ts';
import { stringAt, valueAt } from '../core/json-object.ts';
import { containersOf, podSpecsOf, type PodSpec } from '../kube/pod-specs.ts';
import { describeResource, type Resource } from '../kube/resource.ts';
import { gap, unknown, type Checks, type Judgement } from './api-surface.ts';
import { podAnnotations, requiredConstraint, grantedConstraints } from './constraints.ts';
import { brokenControls, levelOf } from './pod-security.ts';

/**
 * One item for each resource with pods: whether the namespace takes them by its Pod Security level, and by the ranges
 * that OpenShift gave it. Nothing where the namespace has neither.
 */
export function checkPods(resources: Iterable<Resource>, { policy, unread, securityConstraints }: ApiSurface): Checks {
  const why = unread.find(({ what }) => what === 'policy')?.why;
  const hasPods = Iterator.from(resources).some((resource) => podSpecsOf(resource).length > 0);
  if (why !== undefined) return hasPods ? [{ id: 'security of the namespace', ...unknown(why) }] : [];
  if (policy === undefined) return [];
  const granted = grantedConstraints(resources);
  return Array.from(resources, (resource) =>
    podSpecsOf(resource).flatMap((pod) => [
      ...checkLevel(resource, pod, policy),
      ...checkRanges(resource, pod, { policy, granted, present: securityConstraints }),
    ]),
  ).flat();
}

/** Whether pods without a user of their own get another one than at the source, when both namespaces have a range. */
export function compareRanges(source: NamespacePolicy | undefined, destination: NamespacePolicy | undefined): Checks {
  const [before = '', after = ''] = [source?.uidRange, destination?.uidRange];
  if (before === '' || after === '') return [];
  const id = 'range of users of the namespace';
  if (before === after) return [{ id, outcome: 'done', reason: 'uid-range-equal' }];
  const message =
    `${before} at the source, ${after} at the destination: pods get other users, so files that only their owner may ` +
    'read or write need the group of the pods, or another owner';
  return [{ id, outcome: 'skipped', reason: 'uid-range-differs', message }];
}

function checkLevel(resource: Resource, pod: PodSpec, { enforce }: NamespacePolicy): Checks {
  const level = levelOf(enforce);
  if (level === 'privileged') return [];
  const broken = brokenControls(pod, podAnnotations(resource, pod), level);
  const id = `Pod Security of ${describeResource(resource)}`;
  if (broken.length === 0) return [{ id, outcome: 'done', reason: 'security-level-met' }];
  const message =
    `the namespace enforces ${level}, which forbids ${broken.join(', ')}: change the pods with a patch, or let the ` +
    'administrator of the namespace allow another level';
  return [{ id, ...gap('security-level-broken', message) }];
}

interface Allowed {
  readonly policy: NamespacePolicy;
  /** SecurityContextConstraints that the resources let accounts use, by account. */
  readonly granted: ReadonlyMap<string, readonly string[]>;
  /** Undefined: not known. */
  readonly present: readonly string[] | undefined;
}

function checkRanges(resource: Resource, pod: PodSpec, { policy, granted, present }: Allowed): Checks {
  if (policy.uidRange === '') return [];
  const outside = [
    ...usersOf(pod).filter(([, id]) => !isWithin(id, policy.uidRange)),
    ...groupsOf(pod).filter(([, id]) => !isWithin(id, policy.groupRange === '' ? policy.uidRange : policy.groupRange)),
  ].map(([field, id]) => `${field} ${String(id)}`);
  const asksForNone = usersOf(pod).length + groupsOf(pod).length === 0;
  if (asksForNone) return [];
  const id = `users of ${describeResource(resource)}`;
  if (outside.length === 0) return [{ id, outcome: 'done', reason: 'in-range' }];
  return [{ id, ...judgeOutside([...new Set(outside)], constraintsOf(resource, pod, granted), { policy, present }) }];
}

function judgeOutside(
  outside: readonly string[],
  constraints: readonly string[],
  { policy, present }: Pick<Allowed, 'policy' | 'present'>,
): Judgement {
  const asked = `it asks for ${outside.join(', ')}`;
  const usable = constraints.filter((name) => present?.includes(name) !== false);
  if (usable.length > 0) return unknown(`${asked}; its account may use ${usable.join(', ')}, which decides`);
  const message =
    `${asked}, and the namespace has users ${policy.uidRange} and groups ${policy.groupRange}: remove the fields ` +
    'with a patch, or let its account use SecurityContextConstraints that allow them, such as anyuid';
  return gap('outside-range', message);
}

function constraintsOf(
  resource: Resource,
  pod: PodSpec,
  granted: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const account = stringAt(pod.spec, 'serviceAccountName') ?? stringAt(pod.spec, 'serviceAccount') ?? 'default';
  const required = requiredConstraint(podAnnotations(resource, pod));
  return [...(granted.get(account) ?? []), ...(required === undefined ? [] : [required])];
}

type Asked = readonly (readonly [field: string, id: number])[];

function usersOf(pod: PodSpec): Asked {
  const holders = [pod.spec, ...containersOf(pod).map(({ container }) => container)];
  return holders.flatMap((holder) => numberAt(valueAt(holder, 'securityContext'), 'runAsUser'));
}

function groupsOf({ spec }: PodSpec): Asked {
  return numberAt(spec['securityContext'], 'fsGroup');
}

function numberAt(context: unknown, field: string): Asked {
  const found = valueAt(context, field);
  return typeof found === 'number' ? [[field, found]] : [];
}

/** `1000660000/10000` or `1000660000-1000669999`, several with commas (openshift/apiserver-library-go, securitycontextconstraints/sccmatching). */
function isWithin(id: number, ranges: string): boolean {
  return ranges.split(',').some((range) => {
    const [, first = '', mark = '', second = ''] = /^\s*(\d+)([-/])(\d+)\s*$/.exec(range) ?? [];
    const last = mark === '/' ? Number(first) + Number(second) - 1 : Number(second);
    return mark !== '' && id >= Number(first) && id <= last;
  });
}
