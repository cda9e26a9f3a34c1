import { isSecret } from '../export/sealed-secret.ts';
import { isObject, type JsonObject, ownValue, valueAt, without } from '../core/json-object.ts';
import { toBase64 } from '../core/redaction/secret-forms.ts';
import type { Resource } from '../kube/resource.ts';

const members = ['data', 'stringData', 'sealedData'] as const;

/** Two versions with the values of a Secret as `***`, and as `*** (another value)` where the second has another one. */
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

/** A Secret as the server stores it: `stringData` over `data`, as base64 of its UTF-8. Other resources as they are. */
export function storeStringData(resource: Resource): Resource {
  const texts = valueAt(resource, 'stringData');
  if (!isSecret(resource) || !isObject(texts)) return resource;
  const stored = Object.entries(texts).map(([key, text]) => [key, typeof text === 'string' ? toBase64(text) : text]);
  const { apiVersion, kind, metadata } = resource;
  const rest = without(resource, (key) => key === 'stringData');
  const data = valueAt(resource, 'data');
  return {
    ...rest,
    apiVersion,
    kind,
    metadata,
    data: { ...(isObject(data) ? data : {}), ...Object.fromEntries(stored) },
  };
}
