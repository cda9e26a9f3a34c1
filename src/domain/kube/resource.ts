import { type JsonObject, isObject } from '../core/json-object.ts';

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
  return {
    ...splitApiVersion(resource.apiVersion),
    kind: resource.kind,
    namespace: resource.metadata.namespace ?? '',
    name: resource.metadata.name,
  };
}

/** Group and version of an apiVersion; the core group is empty. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

/** `apps/v1 Deployment shop/web`: how logs and reports name a resource. */
export function describeResource(resource: Resource): string {
  const { namespace, name } = resource.metadata;
  const place = namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
  return `${resource.apiVersion} ${resource.kind} ${place}`;
}

function isFilledString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
