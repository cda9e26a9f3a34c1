/**
 * Lets several sources begin before their turn: while one is read, the first piece of each of the next ones is on its
 * way, and the next piece of itself. What is in memory is one piece for each of them.
 * @param ahead how many sources besides the one that is read
 */
export function readAhead<T>(opens: readonly (() => AsyncIterable<T>)[], ahead: number): readonly AsyncIterable<T>[] {
  const opened = new Map<number, AsyncIterable<T>>();
  const openAt = (index: number): AsyncIterable<T> | undefined => {
    const found = opened.get(index);
    const open = opens[index];
    if (found !== undefined || open === undefined) return found;
    const source = onePieceAhead(iterate(open()));
    opened.set(index, source);
    return source;
  };
  async function* readAt(index: number): AsyncGenerator<T, void, undefined> {
    const own = openAt(index);
    for (let next = index + 1; next <= index + ahead; next += 1) openAt(next);
    if (own !== undefined) yield* own;
    opened.delete(index);
  }
  return opens.map((_, index) => readAt(index));
}

async function* iterate<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* source;
}

/** Asks for the first piece at once, and for each further one before the last is used. */
function onePieceAhead<T>(source: AsyncIterator<T>): AsyncIterable<T> {
  let next = ask(source);
  async function* read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = ask(source);
      yield result.value;
    }
  }
  return read();
}

/** An error is thrown when its piece is read, which may be later, or never after another error. */
function ask<T>(source: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const result = source.next();
  result.catch(() => undefined);
  return result;
}
