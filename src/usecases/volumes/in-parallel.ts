/**
 * Does several things at a time, and gives up all when one fails.
 * @throws what failed first, after all have ended
 */
export async function inParallel<Results extends readonly unknown[]>(
  start: (signal: AbortSignal) => { readonly [Index in keyof Results]: Promise<Results[Index]> },
): Promise<Results> {
  const failure = new AbortController();
  const works: readonly Promise<unknown>[] = start(failure.signal);
  for (const work of works) {
    work.catch((error: unknown) => {
      failure.abort(error);
    });
  }
  await Promise.allSettled(works);
  failure.signal.throwIfAborted();
  return (await Promise.all(works)) as unknown as Results;
}
