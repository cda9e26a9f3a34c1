import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Copies bytes both ways until one end closes, then closes the other. A broken end is not an error: its peer sees it. */
export async function joinStreams(one: Duplex, other: Duplex): Promise<void> {
  await Promise.allSettled([pipeline(one, other), pipeline(other, one)]);
  one.destroy();
  other.destroy();
}
