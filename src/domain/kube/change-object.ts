import { isObject, type JsonObject } from '../core/json-object.ts';

/** A changed copy of an object; any other value as it is. */
export function changeObject(value: unknown, change: (found: JsonObject) => JsonObject): unknown {
  return isObject(value) ? change(value) : value;
}

/** A copy without the members that are dropped. */
export function without(object: JsonObject, isDropped: (key: string, value: unknown) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !isDropped(key, value)));
}
