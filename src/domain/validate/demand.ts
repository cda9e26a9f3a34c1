import type { Limit, LimitRange, Texts } from '../schemas/documents.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { keyOf, type Resource, kindOf } from '../kube/resource.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';
import { amountOf } from '../kube/quantity.ts';
import { textsOf } from './api-surface.ts';

/** A claim that a resource makes, itself or once for each of its pods. */
export interface ClaimDemand {
  readonly id: string;
  /** Undefined: the default class. Empty: no class at all. */
  readonly storageClass: string | undefined;
  readonly bytes: number;
  readonly count: number;
}

/** Pods that one workload runs at a time, with what each container asks for. */
export interface PodGroup {
  readonly id: string;
  readonly replicas: number;
  readonly containers: readonly ContainerDemand[];
}

export interface ContainerDemand {
  readonly name: string;
  /** It ends before the others start. */
  readonly isInit: boolean;
  readonly requests: Texts;
  readonly limits: Texts;
}

/** Claims of a namespace: those of their own, and those of StatefulSets that are not there yet. */
export function claimDemands(resources: Iterable<Resource>): readonly ClaimDemand[] {
  const named = ordinalsOf(Iterator.from(resources).filter(isClaim));
  const made = Iterator.from(resources).flatMap((resource) => {
    if (isClaim(resource)) return [toClaim(resource.metadata.name, resource['spec'], 1)];
    if (kindOf(resource) !== 'StatefulSet.apps') return [];
    const { namespace, name } = keyOf(resource);
    return arrayAt(resource, 'spec', 'volumeClaimTemplates').map((template) => {
      const claim = `${stringAt(template, 'metadata', 'name') ?? ''}-${name}`;
      const replicas = replicasOf(resource);
      const present = (named.get(`${namespace}/${claim}`) ?? []).filter((ordinal) => ordinal < replicas);
      return toClaim(`${claim}-*`, valueAt(template, 'spec'), Math.max(0, replicas - present.length));
    });
  });
  return made.toArray();
}

/** Numbers at the ends of names, by the rest of the name. */
function ordinalsOf(claims: Iterable<Resource>): ReadonlyMap<string, readonly number[]> {
  const ordinals = new Map<string, number[]>();
  for (const claim of claims) {
    const [, rest, ordinal] = /^(.*)-(0|[1-9]\d*)$/.exec(claim.metadata.name) ?? [];
    if (rest === undefined) continue;
    const key = `${keyOf(claim).namespace}/${rest}`;
    const known = ordinals.get(key) ?? [];
    known.push(Number(ordinal));
    ordinals.set(key, known);
  }
  return ordinals;
}

/** What every workload runs, save DaemonSets. */
export function podGroupsOf(resources: Iterable<Resource>, limits: readonly LimitRange[]): readonly PodGroup[] {
  const defaults = limits.flatMap((range) => range.limits).filter((limit) => limit.type === 'Container');
  const groups = Iterator.from(resources).flatMap((resource) => {
    const [pod] = podSpecsOf(resource);
    if (pod === undefined || !runsPods(resource)) return [];
    const containers = (['initContainers', 'containers'] as const).flatMap((field) =>
      arrayAt(pod.spec, field)
        .filter(isObject)
        .map((container) => toContainer(container, field === 'initContainers', defaults)),
    );
    return [{ id: `${resource.kind} ${resource.metadata.name}`, replicas: replicasOf(resource), containers }];
  });
  return groups.toArray();
}

/** Whether the number of pods follows from the nodes of the cluster. */
export function runsPerNode(resource: Resource): boolean {
  return kindOf(resource) === 'DaemonSet.apps';
}

function runsPods(resource: Resource): boolean {
  return !runsPerNode(resource) && kindOf(resource) !== 'PodTemplate';
}

function replicasOf(resource: Resource): number {
  const places = [
    ['spec', 'replicas'],
    ['spec', 'parallelism'],
    ['spec', 'jobTemplate', 'spec', 'parallelism'],
  ];
  const found = places.map((place) => valueAt(resource, ...place)).find((value) => typeof value === 'number');
  return typeof found === 'number' ? found : 1;
}

function isClaim(resource: Resource): boolean {
  return kindOf(resource) === 'PersistentVolumeClaim';
}

function toClaim(id: string, spec: unknown, count: number): ClaimDemand {
  return {
    id,
    storageClass: stringAt(spec, 'storageClassName'),
    bytes: amountOf(valueAt(spec, 'resources', 'requests', 'storage')) ?? 0,
    count,
  };
}

// As admission does it: a limit stands for a request that is not given, then the namespace's defaults.
function toContainer(container: JsonObject, isInit: boolean, defaults: readonly Limit[]): ContainerDemand {
  const requests = textsOf(valueAt(container, 'resources', 'requests'));
  const ownLimits = textsOf(valueAt(container, 'resources', 'limits'));
  const limits = { ...joinTexts(defaults.map((limit) => limit.default)), ...ownLimits };
  const standard = joinTexts(defaults.map((limit) => limit.defaultRequest));
  return {
    name: stringAt(container, 'name') ?? '',
    isInit: isInit && stringAt(container, 'restartPolicy') !== 'Always',
    limits,
    requests: { ...limits, ...standard, ...ownLimits, ...requests },
  };
}

function joinTexts(texts: readonly Texts[]): Texts {
  return Object.fromEntries(texts.flatMap((each) => Object.entries(each)));
}
