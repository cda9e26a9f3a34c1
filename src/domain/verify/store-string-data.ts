import { isObject, valueAt, without } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';
import { isSecret } from '../export/sealed-secret.ts';

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

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
}
