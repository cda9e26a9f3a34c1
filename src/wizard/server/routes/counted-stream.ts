import { Refusal } from '../problems/refusals.ts';
import type { Session } from '../sessions/session.ts';

/** Streams that are open, of all sessions. */
export interface StreamCount {
  count: number;
}

/** Of one session, and of all. */
const most = { session: 4, all: 200 } as const;

/** A stream that counts from now on until it ends. @throws Refusal when too many are open */
export function countedStream(
  source: AsyncIterable<Uint8Array>,
  { streams }: Session,
  open: StreamCount,
): AsyncIterable<Uint8Array> {
  if (streams.count >= most.session || open.count >= most.all) {
    throw new Refusal(429, 'too-many-streams', {
      message: `more than ${String(most.session)} streams of this session are open`,
      remedy: 'Close another log or page first.',
    });
  }
  return count(source, [streams, open]);
}

async function* count(
  source: AsyncIterable<Uint8Array>,
  counters: readonly StreamCount[],
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const counter of counters) counter.count += 1;
  try {
    yield* source;
  } finally {
    for (const counter of counters) counter.count -= 1;
  }
}
