import type { ApiSurface, Quota, Limit, Texts, StorageClass } from '../schemas/documents.ts';
import { gap, unknown, type Checks, type Judgement } from './api-surface.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { stringAt, ownValue } from '../core/json-object.ts';
import { amountOf } from '../kube/quantity.ts';
import { claimDemands, podGroupsOf, runsPerNode, type ClaimDemand, type PodGroup } from './demand.ts';

/** What the resources need together, by the names that quotas use. */
interface Need {
  /** Undefined: not known by this name. */
  readonly of: (name: string) => number | undefined;
  /** Containers that give no amount where a quota wants one. */
  readonly silent: (name: string) => readonly string[];
  /** Workloads whose pods are not counted. */
  readonly uncounted: readonly string[];
}

/** One item for each resource that a quota of the namespace limits: whether all that is planned fits into what is free. */
export function checkQuotas(resources: Iterable<Resource>, surface: ApiSurface): Checks {
  const unread = surface.unread.find(({ what }) => what === 'quotas');
  if (unread !== undefined) return [{ id: 'quotas', outcome: 'skipped', reason: 'unknown', message: unread.why }];
  const need = needOf(resources, surface);
  return surface.quotas.flatMap((quota) =>
    Object.entries(quota.hard)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, most]) => ({ id: `quota ${quota.name} ${name}`, ...judgeQuota({ name, most }, quota, need) })),
  );
}

interface Bound {
  readonly name: string;
  /** As the quota writes it. */
  readonly most: string;
}

function judgeQuota({ name, most }: Bound, quota: Quota, need: Need): Judgement {
  if (quota.isScoped) return unknown('it counts some pods only, by a scope');
  const wanted = need.of(name);
  const hard = amountOf(most);
  if (wanted === undefined || hard === undefined) return unknown('the needed amount is unknown');
  const silent = need.silent(name);
  if (silent.length > 0) {
    const message = `pods must say how much they want of it, and these do not: ${silent.join(', ')}; a LimitRange can give defaults`;
    return gap('amount-missing', message);
  }
  const free = hard - (amountOf(ownValue(quota.used, name)) ?? 0);
  const message = `needs ${String(wanted)}, ${String(free)} of ${most} are free`;
  const evidence = { needed: wanted, free };
  if (wanted > free) return { ...gap('quota-exceeded', message), evidence };
  if (need.uncounted.length > 0 && isOfPods(name)) {
    return { ...unknown(`${message}, without ${need.uncounted.join(', ')}: nodes decide how many pods`), evidence };
  }
  return { outcome: 'done', reason: 'fits', message, evidence };
}

const computeName = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage|[a-z0-9.-]+\/[a-z0-9.-]+|hugepages-\w+)$/;
const classSuffix = '.storageclass.storage.k8s.io/';

function isOfPods(name: string): boolean {
  return name === 'pods' || (computeName.test(name) && !name.includes(classSuffix) && !name.startsWith('count/'));
}

function needOf(resources: Iterable<Resource>, surface: ApiSurface): Need {
  const groups = podGroupsOf(resources, surface.limitRanges);
  const claims = claimDemands(resources);
  const counts = countObjects(resources, surface);
  return {
    of: (name) => countOf(name, counts) ?? storageOf(name, claims) ?? computeOf(name, groups),
    silent: (name) => silentOf(name, groups),
    uncounted: Iterator.from(resources)
      .filter(runsPerNode)
      .map((resource) => `DaemonSet ${resource.metadata.name}`)
      .toArray(),
  };
}

function countOf(name: string, counts: ReadonlyMap<string, number>): number | undefined {
  if (name.startsWith('count/')) return counts.get(name.slice('count/'.length)) ?? 0;
  const plain = ['services', 'secrets', 'configmaps', 'replicationcontrollers', 'resourcequotas'];
  const special = ['services.loadbalancers', 'services.nodeports'];
  return [...plain, ...special].includes(name) ? (counts.get(name) ?? 0) : undefined;
}

function countObjects(resources: Iterable<Resource>, { kinds }: ApiSurface): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const resource of resources) {
    const { group, kind } = keyOf(resource);
    const plural = kinds.find((each) => each.group === group && each.kind === kind)?.plural;
    if (plural !== undefined) add(group === '' ? plural : `${plural}.${group}`);
    const type = plural === 'services' && group === '' ? stringAt(resource, 'spec', 'type') : undefined;
    if (type === 'LoadBalancer') add('services.loadbalancers');
    if (type === 'LoadBalancer' || type === 'NodePort') add('services.nodeports');
  }
  return counts;
}

function storageOf(name: string, claims: readonly ClaimDemand[]): number | undefined {
  const [storageClass, rest = name] = name.includes(classSuffix) ? name.split(classSuffix) : [undefined, name];
  const counted = claims.filter((claim) => storageClass === undefined || claim.storageClass === storageClass);
  if (rest === 'persistentvolumeclaims') return counted.reduce((sum, claim) => sum + claim.count, 0);
  if (rest === 'requests.storage') return counted.reduce((sum, claim) => sum + claim.count * claim.bytes, 0);
  return undefined;
}

function computeOf(name: string, groups: readonly PodGroup[]): number | undefined {
  if (name === 'pods') return groups.reduce((sum, group) => sum + group.replicas, 0);
  const compute = readComputeName(name);
  if (compute === undefined) return undefined;
  return groups.reduce((sum, { replicas, containers }) => {
    const amount = (isInit: boolean): number[] =>
      containers
        .filter((container) => container.isInit === isInit)
        .map((container) => amountOf(ownValue(container[compute.field], compute.resource)) ?? 0);
    const together = amount(false).reduce((total, each) => total + each, 0);
    return sum + replicas * Math.max(together, ...amount(true));
  }, 0);
}

// Quotas on cpu and memory make admission refuse pods that do not say what they want; extended resources are optional.
function silentOf(name: string, groups: readonly PodGroup[]): readonly string[] {
  const compute = readComputeName(name);
  if (compute === undefined || !['cpu', 'memory'].includes(compute.resource)) return [];
  return groups
    .filter(({ replicas }) => replicas > 0)
    .flatMap(({ id, containers }) =>
      containers
        .filter((container) => ownValue(container[compute.field], compute.resource) === undefined)
        .map((container) => `${id} container ${container.name}`),
    );
}

function readComputeName(name: string): { field: 'requests' | 'limits'; resource: string } | undefined {
  const [, field = 'requests', resource] = computeName.exec(name) ?? [];
  return resource === undefined ? undefined : { field: field === 'limits' ? 'limits' : 'requests', resource };
}

interface Subject {
  readonly id: string;
  readonly requests: Texts;
  readonly limits: Texts;
}

/** One item for each LimitRange of the namespace: whether containers and claims keep to it. */
export function checkLimits(resources: Iterable<Resource>, { limitRanges, unread }: ApiSurface): Checks {
  const missing = unread.find(({ what }) => what === 'limitRanges');
  if (missing !== undefined) return [{ id: 'limit ranges', ...unknown(missing.why) }];
  const containers = podGroupsOf(resources, limitRanges).flatMap(({ id, containers: all }) =>
    all.map(({ name, requests, limits }) => ({ id: `${id} container ${name}`, requests, limits })),
  );
  const claims = claimDemands(resources).map(({ id, bytes }) => {
    const storage = { storage: String(bytes) };
    return { id: `claim ${id}`, requests: storage, limits: storage };
  });
  return limitRanges.map(({ name, limits }) => {
    const broken = limits.flatMap((limit) => {
      if (limit.type === 'Container') return breaches(containers, limit);
      return limit.type === 'PersistentVolumeClaim' ? breaches(claims, limit) : [];
    });
    return { id: `limit range ${name}`, ...judgeLimits(broken) };
  });
}

function judgeLimits(broken: readonly string[]): Judgement {
  if (broken.length === 0) return { outcome: 'done', reason: 'kept' };
  return gap('limit-broken', `${broken.join('; ')}: change these or the LimitRange`);
}

function breaches(subjects: readonly Subject[], { max, min }: Limit): readonly string[] {
  return subjects.flatMap(({ id, requests, limits }) => [
    ...Object.entries(max).flatMap(([name, bound]) => {
      const most = ownValue(limits, name) ?? ownValue(requests, name);
      if (most === undefined || !isAbove(most, bound)) return [];
      return [`${id} may take ${most} ${name}, ${bound} is the most`];
    }),
    ...Object.entries(min).flatMap(([name, bound]) => {
      const least = ownValue(requests, name);
      if (least === undefined || !isAbove(bound, least)) return [];
      return [`${id} asks for ${least} ${name}, ${bound} is the least`];
    }),
  ]);
}

function isAbove(value: string, bound: string): boolean {
  const [amount, most] = [amountOf(value), amountOf(bound)];
  return amount !== undefined && most !== undefined && amount > most;
}

/** One item for each storage class that claims name, and one for those that name none. */
export function checkStorage(claims: readonly ClaimDemand[], { storageClasses, unread }: ApiSurface): Checks {
  const names = new Map<string | undefined, number>();
  for (const { storageClass } of claims) names.set(storageClass, (names.get(storageClass) ?? 0) + 1);
  const missing = unread.find(({ what }) => what === 'storageClasses');
  return [...names]
    .map(([name, count]): Checks[number] => {
      const item = { id: `storage class ${name ?? '(default)'}`, evidence: { claims: count } };
      if (name === '')
        return {
          ...item,
          id: 'storage class ""',
          ...unknown('such claims wait for a volume that an administrator makes'),
        };
      if (missing !== undefined) return { ...item, ...unknown(missing.why) };
      return { ...item, ...judgeClass(name, storageClasses) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function judgeClass(name: string | undefined, classes: readonly StorageClass[]): Judgement {
  const standard = classes.find(({ isDefault }) => isDefault);
  const isThere = name === undefined ? standard !== undefined : classes.some((each) => each.name === name);
  if (isThere) return { outcome: 'done', reason: 'served' };
  const names = classes.map((each) => each.name).join(', ');
  const choice =
    names === '' ? 'the destination has none at all: install a provisioner' : `the destination has ${names}`;
  return name === undefined
    ? gap('no-default-class', `no storage class is the default, and the claims name none; ${choice}`)
    : gap(
        'storage-class-missing',
        `${choice}: map it with storage-class-map, for the claims and for the templates in workloads`,
      );
}
