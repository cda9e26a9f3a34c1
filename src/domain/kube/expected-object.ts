import type { Asked } from './api-answer.ts';
import { apiVersionOf, type ApiKind } from './discovery.ts';
import { TaskError } from '../core/errors.ts';
import { deepest, isTooDeep } from '../core/nesting.ts';
import type { Item } from '../reports/outcome.ts';
import type { Redactor } from '../core/secret.ts';
import { isObject } from '../core/json-object.ts';
import type { Resource } from './resource.ts';

/** What a request to an API server names, and so what each object of its answer must be. */
export interface ExpectedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a kind of cluster scope, undefined for a list of all namespaces. */
  readonly namespace: string | undefined;
  /** Absent in a list. */
  readonly name?: string;
  /** Whether metadata alone was asked for, which the server may give or not. */
  readonly isMetadataOnly?: boolean;
}

/** An object as expected, or the name of another one and in which field it differs. */
export type CheckedObject =
  | { readonly resource: Resource; readonly unexpected?: undefined }
  | { readonly resource?: undefined; readonly unexpected: UnexpectedObject };

export interface UnexpectedObject {
  /** For a reader; empty when the object has none. */
  readonly name: string;
  /** `expected kind "ConfigMap", got "ClusterRoleBinding"` */
  readonly why: string;
}

/** Kubernetes allows 253 characters in names. */
const longestShown = 253;
const metadataOnly = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };

/**
 * Checks that an object which a server answered is the requested one: group, version, kind, namespace and name. Typed
 * lists of an API server leave out the first three in their items, which get those of the request. A server could make
 * any object of another cluster otherwise: what an export holds is applied with the rights of the destination's account.
 */
export function checkObject(value: unknown, expected: ExpectedObject, redactor: Redactor): CheckedObject {
  const show = (found: unknown): string => describe(found, redactor);
  const mismatch = (name: string, expectation: string, found: unknown): CheckedObject => ({
    unexpected: { name: redactor.excerpt(name, longestShown), why: `${expectation}, got ${show(found)}` },
  });
  if (!isObject(value)) return mismatch('', 'expected an object', value);
  const { metadata, apiVersion, kind } = value;
  if (!isObject(metadata)) return mismatch('', 'expected metadata', metadata);
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '') return mismatch('', 'expected metadata.name', name);
  const wrong = findWrong(expected, { apiVersion, kind, namespace, name });
  if (wrong !== undefined) return mismatch(name, `expected ${wrong.field} ${show(wrong.expected)}`, wrong.found);
  if (isTooDeep(value)) return mismatch(name, `expected at most ${String(deepest)} levels of lists and maps`, value);
  // Spread first: the members of the item keep their order, which the written file has too.
  const whole = { ...value, apiVersion: expected.apiVersion, kind: expected.kind };
  return { resource: { ...whole, metadata: { ...metadata, name } } };
}

/** What a list of a kind must hold; an empty namespace stands for all, and is ignored for a kind of cluster scope. */
export function expectedOf(kind: ApiKind, namespace: string): ExpectedObject {
  const expected = namespace === '' ? undefined : namespace;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, namespace: kind.namespaced ? expected : '' };
}

/** The name of an object that was not expected, for a reader. */
export function nameOfUnexpected({ name }: UnexpectedObject): string {
  return name === '' ? '(no name)' : name;
}

/** The failed item of an object that was not expected: nothing is done with it. */
export function itemOfUnexpected(
  { apiVersion, kind, namespace = '' }: ExpectedObject,
  object: UnexpectedObject,
): Item<never> {
  const name = nameOfUnexpected(object);
  const id = `${apiVersion} ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
  return {
    id,
    outcome: 'failed',
    reason: 'unexpected-object',
    message: `the server answered another object: ${object.why}`,
  };
}

/** The error of an answer with another object than the requested one. */
export function unexpectedObject({ path, server }: Asked, { name, why }: UnexpectedObject): TaskError {
  const message = `GET ${path} of ${server}: the server answered ${JSON.stringify(name)}: ${why}`;
  return new TaskError('unexpected-object', message, {
    remedy: 'Check the API server that serves this kind, then run again.',
  });
}

export function isUnexpectedObject(error: unknown): error is TaskError {
  return error instanceof TaskError && error.code === 'unexpected-object';
}

interface Wrong {
  readonly field: string;
  readonly expected: string;
  readonly found: unknown;
}

function findWrong(
  expected: ExpectedObject,
  found: Readonly<Record<'apiVersion' | 'kind' | 'namespace' | 'name', unknown>>,
): Wrong | undefined {
  const { isMetadataOnly = false, name = found.name } = expected;
  const isPartial = isMetadataOnly && found.apiVersion === metadataOnly.apiVersion && found.kind === metadataOnly.kind;
  for (const field of ['apiVersion', 'kind'] as const) {
    if (!isPartial && !isAbsent(found[field]) && found[field] !== expected[field])
      return { field, expected: expected[field], found: found[field] };
  }
  const { namespace } = expected;
  const isWrong = namespace === '' ? !isAbsent(found.namespace) : found.namespace !== namespace;
  if (namespace !== undefined && isWrong)
    return { field: 'metadata.namespace', expected: namespace, found: found.namespace };
  if (name !== found.name) return { field: 'metadata.name', expected: String(name), found: found.name };
  return undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function describe(value: unknown, redactor: Redactor): string {
  if (typeof value === 'string') return value === '' ? 'none' : JSON.stringify(redactor.excerpt(value, longestShown));
  if (value === undefined || value === null) return 'none';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
