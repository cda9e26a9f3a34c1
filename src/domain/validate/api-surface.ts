import type { Item } from '../reports/outcome.ts';
import type { Reason } from '../reports/reasons.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { parseDocument } from '../core/parse-document.ts';
import type { ApiSurface, Limit, LimitRange, Quota, StorageClass, Texts } from '../schemas/documents.ts';
import { validateApiSurface } from '../schemas/validators/surface.ts';

export const surfacePath = 'surface.json';

/** The text of a surface; the same surface gives the same bytes. */
export function formatSurface(surface: ApiSurface): string {
  return `${JSON.stringify(surface, undefined, 1)}\n`;
}

/** Reads a captured surface. @throws TaskError `invalid-file` */
export function parseSurface(text: string): ApiSurface {
  return parseDocument(text, validateApiSurface, {
    name: 'the captured API surface',
    remedy: `Capture it again: validate against the destination and use the ${surfacePath} of that run.`,
  });
}

/** A StorageClass (storage.k8s.io/v1). */
export function readStorageClass(object: unknown): StorageClass {
  const mark = 'storageclass.kubernetes.io/is-default-class';
  return {
    name: stringAt(object, 'metadata', 'name') ?? '',
    isDefault: stringAt(object, 'metadata', 'annotations', mark) === 'true',
    provisioner: stringAt(object, 'provisioner') ?? '',
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
  return { name: stringAt(object, 'metadata', 'name') ?? '', limits: arrayAt(object, 'spec', 'limits').map(readLimit) };
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

/** The items of a check. */
export type Checks = readonly Item<'validate'>[];

export type Judgement = Omit<Item<'validate'>, 'id'>;

/** Something that would stop the move; the message has the remedy. */
export function gap(reason: Reason<'validate'>, message: string): Judgement {
  return { outcome: 'failed', reason, message };
}

/** A check that cannot be decided. */
export function unknown(message: string): Judgement {
  return { outcome: 'skipped', reason: 'unknown', message };
}
