import type { ApiKind, UnknownKinds } from '../kube/discovery.ts';
import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';

/** What a cluster offers to a migration: the content of `surface.json`, so that it can be judged by without the cluster. */
export interface ApiSurface {
  readonly schemaVersion: 1;
  /** UID of the namespace kube-system; empty when the account may not read it. */
  readonly clusterUid: string;
  /** Of Kubernetes, such as `v1.36.2`; empty when not told. */
  readonly version: string;
  /** Namespace that quotas and limits were read of; empty: none was named. */
  readonly namespace: string;
  /** Each kind in each version that is served, in the order of preference. */
  readonly kinds: readonly ApiKind[];
  /** Group versions whose kinds the server could not tell. */
  readonly unknown: readonly UnknownKinds[];
  readonly storageClasses: readonly StorageClass[];
  readonly quotas: readonly Quota[];
  readonly limitRanges: readonly LimitRange[];
  /** Which of the lists above the account may not read, and why. */
  readonly unread: readonly Unread[];
}

export interface StorageClass {
  readonly name: string;
  readonly isDefault: boolean;
}

export interface Quota {
  readonly name: string;
  readonly hard: Texts;
  readonly used: Texts;
  /** It counts some pods only, by priority or by whether they end. */
  readonly isScoped: boolean;
}

export interface LimitRange {
  readonly name: string;
  readonly limits: readonly Limit[];
}

export interface Limit {
  /** `Container`, `Pod` or `PersistentVolumeClaim`. */
  readonly type: string;
  readonly max: Texts;
  readonly min: Texts;
  readonly default: Texts;
  readonly defaultRequest: Texts;
}

export interface Unread {
  readonly what: SurfaceList;
  readonly why: string;
}

export type SurfaceList = 'storageClasses' | 'quotas' | 'limitRanges';

/** Quantities by resource name, as Kubernetes writes them. */
export type Texts = Readonly<Record<string, string>>;

/** Name of the file in its folder. */
export const surfacePath = 'surface.json';

/** The text of a surface; the same surface gives the same bytes. */
export function formatSurface(surface: ApiSurface): string {
  return `${JSON.stringify(surface, undefined, 1)}\n`;
}

/**
 * Reads a captured surface.
 * @throws TaskError `invalid-file`
 */
export function parseSurface(text: string): ApiSurface {
  const value = parseJson(text);
  if (valueAt(value, 'schemaVersion') !== 1 || !Array.isArray(valueAt(value, 'kinds'))) {
    throw invalid('unknown format or version');
  }
  return {
    schemaVersion: 1,
    clusterUid: stringAt(value, 'clusterUid') ?? '',
    version: stringAt(value, 'version') ?? '',
    namespace: stringAt(value, 'namespace') ?? '',
    kinds: arrayAt(value, 'kinds').map(readKind),
    unknown: arrayAt(value, 'unknown').map((entry) => ({
      group: stringAt(entry, 'group') ?? '',
      version: stringAt(entry, 'version') ?? '',
      reason: stringAt(entry, 'reason') ?? '',
    })),
    storageClasses: arrayAt(value, 'storageClasses').map((entry) => ({
      name: stringAt(entry, 'name') ?? '',
      isDefault: valueAt(entry, 'isDefault') === true,
    })),
    quotas: arrayAt(value, 'quotas').map((entry) => ({
      name: stringAt(entry, 'name') ?? '',
      hard: textsOf(valueAt(entry, 'hard')),
      used: textsOf(valueAt(entry, 'used')),
      isScoped: valueAt(entry, 'isScoped') === true,
    })),
    limitRanges: arrayAt(value, 'limitRanges').map((entry) => ({
      name: stringAt(entry, 'name') ?? '',
      limits: arrayAt(entry, 'limits').map(readLimit),
    })),
    unread: arrayAt(value, 'unread').flatMap(readUnread),
  };
}

/** A StorageClass (storage.k8s.io/v1). */
export function readStorageClass(object: unknown): StorageClass {
  const mark = 'storageclass.kubernetes.io/is-default-class';
  return {
    name: stringAt(object, 'metadata', 'name') ?? '',
    isDefault: stringAt(object, 'metadata', 'annotations', mark) === 'true',
  };
}

/** A ResourceQuota (v1). */
export function readQuota(object: unknown): Quota {
  const isScoped = arrayAt(object, 'spec', 'scopes').length > 0 || isObject(valueAt(object, 'spec', 'scopeSelector'));
  return {
    name: stringAt(object, 'metadata', 'name') ?? '',
    hard: textsOf(valueAt(object, 'spec', 'hard')),
    used: textsOf(valueAt(object, 'status', 'used')),
    isScoped,
  };
}

/** A LimitRange (v1). */
export function readLimitRange(object: unknown): LimitRange {
  return {
    name: stringAt(object, 'metadata', 'name') ?? '',
    limits: arrayAt(object, 'spec', 'limits').map(readLimit),
  };
}

/** The members of an object that are texts or numbers, as texts. */
export function textsOf(value: unknown): Texts {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) =>
      typeof text === 'string' || typeof text === 'number' ? [[name, String(text)]] : [],
    ),
  );
}

function readLimit(limit: unknown): Limit {
  return {
    type: stringAt(limit, 'type') ?? '',
    max: textsOf(valueAt(limit, 'max')),
    min: textsOf(valueAt(limit, 'min')),
    default: textsOf(valueAt(limit, 'default')),
    defaultRequest: textsOf(valueAt(limit, 'defaultRequest')),
  };
}

function readKind(entry: unknown): ApiKind {
  return {
    group: stringAt(entry, 'group') ?? '',
    version: stringAt(entry, 'version') ?? '',
    kind: stringAt(entry, 'kind') ?? '',
    plural: stringAt(entry, 'plural') ?? '',
    namespaced: valueAt(entry, 'namespaced') === true,
    verbs: arrayAt(entry, 'verbs').filter((verb) => typeof verb === 'string'),
  };
}

function readUnread(entry: unknown): readonly Unread[] {
  const what = stringAt(entry, 'what');
  if (what !== 'storageClasses' && what !== 'quotas' && what !== 'limitRanges') return [];
  return [{ what, why: stringAt(entry, 'why') ?? '' }];
}

function parseJson(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('it is not JSON', error);
  }
  if (!isObject(value)) throw invalid('it is no object');
  return value;
}

function invalid(why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `reading the captured API surface: ${why}`, {
    remedy: `Capture it again: validate against the destination and use the ${surfacePath} of that run.`,
    cause,
  });
}
