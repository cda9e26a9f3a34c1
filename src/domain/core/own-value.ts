/**
 * The value of an object's own key; undefined when there is none. Keys of resources, registries and files can be
 * `constructor` or `__proto__`, and `object[key]` would then find what every object inherits.
 */
export function ownValue<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
