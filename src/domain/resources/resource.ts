import { ownValue } from '../own-value.ts';

/** Any JSON object whose shape is not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A Kubernetes object as the API server sent it: plain JSON with its identity present. */
export interface Resource extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export interface Metadata extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
}

/** Identity of a resource within a cluster, without its version. */
export interface ResourceKey {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Whether a value is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value has the identity fields that every Kubernetes object has. */
export function isResource(value: unknown): value is Resource {
  if (!isObject(value)) return false;
  const metadata = value['metadata'];
  return (
    isFilledString(value['apiVersion']) &&
    isFilledString(value['kind']) &&
    isObject(metadata) &&
    isFilledString(metadata['name'])
  );
}

/** The identity of a resource; group is empty for the core group, namespace for cluster-scoped objects. */
export function keyOf(resource: Resource): ResourceKey {
  const slash = resource.apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : resource.apiVersion.slice(0, slash),
    version: resource.apiVersion.slice(slash + 1),
    kind: resource.kind,
    namespace: resource.metadata.namespace ?? '',
    name: resource.metadata.name,
  };
}

/** `apps/v1 Deployment shop/web`: how logs and reports name a resource. */
export function describeResource(resource: Resource): string {
  const { namespace, name } = resource.metadata;
  const place = namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
  return `${resource.apiVersion} ${resource.kind} ${place}`;
}

/** The value behind a chain of object keys, or undefined as soon as one is missing. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (typeof key === 'number') current = Array.isArray(current) ? current[key] : undefined;
    else current = isObject(current) ? ownValue(current, key) : undefined;
  }
  return current;
}

/** The string behind a chain of object keys, or undefined when missing or of another type. */
export function stringAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The array behind a chain of object keys; empty when missing or of another type. */
export function arrayAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

function isFilledString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
