import { stringifyExactly } from './exact-integers.ts';
import { isObject } from '../core/json-object.ts';

/**
 * JSON with sorted keys, no blanks, and without members that are undefined: equal values have equal text. Integers that
 * no double holds keep their digits (see exact-integers.ts).
 */
export function canonicalJson(value: unknown): string {
  return stringifyExactly(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
