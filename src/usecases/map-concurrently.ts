import pMap from 'p-map';

/**
 * Runs a function over a source with at most `limit` calls at a time, taking items only as fast as calls end.
 * Results are in the source's order. The first error ends it, after the calls under way have ended: p-map alone leaves
 * them running.
 */
export async function mapConcurrently<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const active = new Set<Promise<R>>();
  const start = async (item: T): Promise<R> => {
    const call = run(item);
    active.add(call);
    return call.finally(() => active.delete(call));
  };
  try {
    return await pMap(source, start, { concurrency: limit });
  } finally {
    await Promise.allSettled(active);
  }
}
