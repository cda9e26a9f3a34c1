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

/**
 * As mapConcurrently, for results that are not kept: `take` gets each of them in the source's order. A call waits for
 * the one that began `limit` calls before it.
 */
export async function takeConcurrently<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  { limit, run, take }: Taking<T, R>,
): Promise<void> {
  const active: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const first = active.length === limit ? active.shift() : undefined;
      if (first !== undefined) take(await first);
      const call = run(item);
      // Awaited in its turn: until then its error has a handler.
      call.catch(() => undefined);
      active.push(call);
    }
    for (let first = active.shift(); first !== undefined; first = active.shift()) take(await first);
  } finally {
    await Promise.allSettled(active);
  }
}

interface Taking<T, R> {
  readonly limit: number;
  readonly run: (item: T) => Promise<R>;
  readonly take: (result: R) => void;
}

/** Takes numbered results in the order of their numbers, from 0, as soon as all before them are there. */
export function inOrder<R>(take: (result: R) => void): (number: number, result: R) => void {
  const early = new Map<number, R>();
  let next = 0;
  return (number, result) => {
    early.set(number, result);
    for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
      early.delete(next);
      next += 1;
      take(ready);
    }
  };
}
