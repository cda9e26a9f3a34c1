/** Any JSON object whose shape is not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Steps into a JSON document: member names and array indexes. */
export type Path = readonly (string | number)[];

/** Whether a value is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value behind a chain of object keys, or undefined as soon as one is missing. */
export function valueAt(value: unknown, ...path: Path): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (typeof key === 'number') current = Array.isArray(current) ? current[key] : undefined;
    else current = isObject(current) ? ownValue(current, key) : undefined;
  }
  return current;
}

/** The string behind a chain of object keys, or undefined when missing or of another type. */
export function stringAt(value: unknown, ...path: Path): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The array behind a chain of object keys; empty when missing or of another type. */
export function arrayAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A changed copy of an object; any other value as it is. */
export function changeObject(value: unknown, change: (found: JsonObject) => JsonObject): unknown {
  return isObject(value) ? change(value) : value;
}

/** A copy without the members that are dropped. */
export function without(object: JsonObject, isDropped: (key: string, value: unknown) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !isDropped(key, value)));
}

/**
 * The value of an object's own key: `constructor` or `__proto__` can be keys, and `object[key]` finds inherited ones.
 */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Whether two JSON values are equal; the order of members does not count. */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqualJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqualJson(ownValue(a, key), ownValue(b, key)))
  );
}
