/**
 * Runs a function over a source with at most `limit` calls at a time, taking items only as fast as calls end.
 * Results are in the source's order. The first error ends it, after the calls under way have ended.
 */
export async function mapConcurrently<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const active = new Set<Promise<void>>();
  let next = 0;
  for await (const item of source) {
    if (failures.length > 0) break;
    const place = next;
    next += 1;
    const call: Promise<void> = run(item)
      .then(
        (result) => void (results[place] = result),
        (error: unknown) => void failures.push(error),
      )
      .finally(() => active.delete(call));
    active.add(call);
    if (active.size >= limit) await Promise.race(active);
  }
  await Promise.all(active);
  if (failures.length > 0) throw failures[0];
  return results;
}
