import type { ApiSurface, Quota } from '../schemas/documents.ts';
import type { Item } from '../reports/outcome.ts';
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
export function checkQuotas(resources: readonly Resource[], surface: ApiSurface): readonly Item<'validate'>[] {
  const unread = surface.unread.find(({ what }) => what === 'quotas');
  if (unread !== undefined) return [{ id: 'quotas', outcome: 'skipped', reason: 'unknown', message: unread.why }];
  const need = needOf(resources, surface);
  return surface.quotas.flatMap((quota) =>
    Object.entries(quota.hard)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, most]) => ({ id: `quota ${quota.name} ${name}`, ...judge({ name, most }, quota, need) })),
  );
}

type Judgement = Omit<Item<'validate'>, 'id'>;

interface Bound {
  readonly name: string;
  /** As the quota writes it. */
  readonly most: string;
}

function judge({ name, most }: Bound, quota: Quota, need: Need): Judgement {
  if (quota.isScoped) return unknown('it counts some pods only, by a scope');
  const wanted = need.of(name);
  const hard = amountOf(most);
  if (wanted === undefined || hard === undefined) return unknown('the needed amount is unknown');
  const silent = need.silent(name);
  if (silent.length > 0) {
    const message = `pods must say how much they want of it, and these do not: ${silent.join(', ')}; a LimitRange can give defaults`;
    return { outcome: 'failed', reason: 'amount-missing', message };
  }
  const free = hard - (amountOf(ownValue(quota.used, name)) ?? 0);
  const message = `needs ${String(wanted)}, ${String(free)} of ${most} are free`;
  const evidence = { needed: wanted, free };
  if (wanted > free) return { outcome: 'failed', reason: 'quota-exceeded', message, evidence };
  if (need.uncounted.length > 0 && isOfPods(name)) {
    return { ...unknown(`${message}, without ${need.uncounted.join(', ')}: nodes decide how many pods`), evidence };
  }
  return { outcome: 'done', reason: 'fits', message, evidence };
}

function unknown(message: string): Judgement {
  return { outcome: 'skipped', reason: 'unknown', message };
}

const computeName = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage|[a-z0-9.-]+\/[a-z0-9.-]+|hugepages-\w+)$/;
const classSuffix = '.storageclass.storage.k8s.io/';

function isOfPods(name: string): boolean {
  return name === 'pods' || (computeName.test(name) && !name.includes(classSuffix) && !name.startsWith('count/'));
}

function needOf(resources: readonly Resource[], surface: ApiSurface): Need {
  const groups = podGroupsOf(resources, surface.limitRanges);
  const claims = claimDemands(resources);
  const counts = countObjects(resources, surface);
  return {
    of: (name) => countOf(name, counts) ?? storageOf(name, claims) ?? computeOf(name, groups),
    silent: (name) => silentOf(name, groups),
    uncounted: resources.filter(runsPerNode).map((resource) => `DaemonSet ${resource.metadata.name}`),
  };
}

function countOf(name: string, counts: ReadonlyMap<string, number>): number | undefined {
  if (name.startsWith('count/')) return counts.get(name.slice('count/'.length)) ?? 0;
  const plain = ['services', 'secrets', 'configmaps', 'replicationcontrollers', 'resourcequotas'];
  const special = ['services.loadbalancers', 'services.nodeports'];
  return [...plain, ...special].includes(name) ? (counts.get(name) ?? 0) : undefined;
}

function countObjects(resources: readonly Resource[], { kinds }: ApiSurface): ReadonlyMap<string, number> {
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
