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

/** `Deployment.apps`, or `Pod` for the core group: how crane's flags name a kind. */
export function kindOf({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): string {
  const { group } = splitApiVersion(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
}

/** The annotations or labels of a resource; non-string values are skipped. */
export function textsAt(resource: Resource, field: 'annotations' | 'labels'): Readonly<Record<string, string>> {
  const found = resource.metadata[field];
  if (typeof found !== 'object' || found === null) return {};
  if (hasTexts(found)) return found;
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function hasTexts(found: object): found is Readonly<Record<string, string>> {
  return !Array.isArray(found) && Object.values(found).every((value) => typeof value === 'string');
}

/** A Kubernetes object together with the file it came from, relative to its folder. */
export interface ResourceFile {
  readonly path: string;
  readonly resource: Resource;
}

/** Whether a namespace may be called so: an RFC 1123 label, as the API server demands. */
export function isNamespaceName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** Whether a text is a DNS subdomain (RFC 1123), as the names of Secrets, claims and most other objects are. */
export function isObjectName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text);
}
