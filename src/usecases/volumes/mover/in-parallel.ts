/** Does several things at a time, and gives up all when one fails. @throws what failed first, after all have ended */
export async function inParallel<const Works extends readonly Promise<unknown>[]>(
  start: (signal: AbortSignal) => Works,
): Promise<{ -readonly [Index in keyof Works]: Awaited<Works[Index]> }> {
  const failure = new AbortController();
  const works = start(failure.signal);
  for (const work of works) {
    work.catch((error: unknown) => {
      failure.abort(error);
    });
  }
  await Promise.allSettled(works);
  failure.signal.throwIfAborted();
  return Promise.all(works);
}
