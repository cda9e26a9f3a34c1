import { removeAt, type Operation } from '../kube/json-patch.ts';
import { isObject, type Path } from '../core/json-object.ts';

/**
 * Removes the items of an array that match, highest index first, so that no removal moves the next one's target. When
 * all match the array itself is removed.
 */
export function removeItems(
  path: Path,
  items: readonly unknown[],
  matches: (item: unknown) => boolean,
): readonly Operation[] {
  const hits = [...items.keys()].filter((index) => matches(items[index]));
  if (hits.length === 0) return [];
  if (hits.length === items.length) return [removeAt(path)];
  return hits.reverse().map((index) => removeAt([...path, index]));
}

/** Removes the members of an object that are there. */
export function removeMembers(path: Path, object: unknown, names: readonly string[]): readonly Operation[] {
  if (!isObject(object)) return [];
  return names.filter((name) => Object.hasOwn(object, name)).map((name) => removeAt([...path, name]));
}
