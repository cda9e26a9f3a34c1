/** The value below a chain of object keys, or undefined where something on the way is no object or lacks the key. */
export function readField(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([name]) => name === key)?.[1];
  }
  return current;
}

/** As readField, where only text will do. */
export function readText(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = readField(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** As readField, where only a list will do; anything else is an empty one. */
export function readList(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = readField(value, ...keys);
  return Array.isArray(found) ? found : [];
}

/** The condition of an object that has this type; undefined when there is none. */
export function readCondition(object: unknown, type: string): unknown {
  return readList(object, 'status', 'conditions').find((condition) => readText(condition, 'type') === type);
}
