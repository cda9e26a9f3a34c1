import type { JsonObject } from './json-object.ts';

/** A field as Go finds it: in any case, the last one counts (encoding/json, Unmarshal). */
export function goField(object: JsonObject, name: string): unknown {
  return Object.entries(object).findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
