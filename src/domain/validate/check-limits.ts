import type { ApiSurface, Limit, Texts } from '../schemas/documents.ts';
import type { Item } from '../reports/outcome.ts';
import { ownValue } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { amountOf } from '../kube/quantity.ts';
import { claimDemands, podGroupsOf } from './demand.ts';

interface Subject {
  readonly id: string;
  readonly requests: Texts;
  readonly limits: Texts;
}

/** One item for each LimitRange of the namespace: whether containers and claims keep to it. */
export function checkLimits(
  resources: readonly Resource[],
  { limitRanges, unread }: ApiSurface,
): readonly Item<'validate'>[] {
  const missing = unread.find(({ what }) => what === 'limitRanges');
  if (missing !== undefined) {
    return [{ id: 'limit ranges', outcome: 'skipped', reason: 'unknown', message: missing.why }];
  }
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
    return { id: `limit range ${name}`, ...judge(broken) };
  });
}

function judge(broken: readonly string[]): Omit<Item<'validate'>, 'id'> {
  if (broken.length === 0) return { outcome: 'done', reason: 'kept' };
  return { outcome: 'failed', reason: 'limit-broken', message: `${broken.join('; ')}: change these or the LimitRange` };
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
