import { isSecret } from '../export/sealed-secret.ts';
import { isObject, type JsonObject, ownValue } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

const members = ['data', 'stringData', 'sealedData'] as const;

/**
 * Two versions of a resource as they may be shown: the values of a Secret are replaced by `***`, and where the second
 * has another value than the first, by `*** (another value)`. Other resources are not changed.
 */
export function hideValues(first: Resource, second: Resource): readonly [Resource, Resource] {
  if (!isSecret(first) && !isSecret(second)) return [first, second];
  return [hide(first, () => '***'), hide(second, (member, key, value) => markOf(memberOf(first, member), key, value))];
}

function hide(resource: Resource, show: (member: string, key: string, value: unknown) => string): Resource {
  const hidden = members.flatMap((member) => {
    const values = memberOf(resource, member);
    if (values === undefined) return [];
    const entries = Object.entries(values).map(([key, value]) => [key, show(member, key, value)] as const);
    return [[member, Object.fromEntries(entries)] as const];
  });
  return { ...resource, ...Object.fromEntries(hidden) };
}

function memberOf(resource: Resource, member: string): JsonObject | undefined {
  const value = ownValue(resource, member);
  return isObject(value) ? value : undefined;
}

function markOf(other: JsonObject | undefined, key: string, value: unknown): string {
  return other === undefined || !Object.hasOwn(other, key) || ownValue(other, key) === value
    ? '***'
    : '*** (another value)';
}
