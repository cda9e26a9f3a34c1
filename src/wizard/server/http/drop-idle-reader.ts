/** Milliseconds after which a client that takes nothing is gone for us. */
const patience = 60_000;

/** Passes a stream on. A client that reads nothing for a minute is dropped: it would hold a stream for ever. */
export async function* dropIdleReader(
  source: AsyncIterable<Uint8Array>,
  drop: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    const timer = setTimeout(drop, patience);
    try {
      yield chunk;
    } finally {
      clearTimeout(timer);
    }
  }
}
