import { isObject, valueAt, type JsonObject, type Path } from './json-object.ts';

/** The object behind a chain of object keys; empty when missing or of another type. */
export function objectAt(value: unknown, ...path: Path): JsonObject {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : {};
}
