/** The different values of each key, keys and values in the order in which they first come. */
export function collectSets<K, V>(entries: Iterable<readonly [K, V]>): ReadonlyMap<K, ReadonlySet<V>> {
  const sets = new Map<K, Set<V>>();
  for (const [key, value] of entries) sets.set(key, (sets.get(key) ?? new Set<V>()).add(value));
  return sets;
}
