import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './errors.ts';
import { say, secondsSince } from './progress.ts';

/** One thing to wait for. `check` answers undefined when it is there, else the present state in words. */
export interface Wait {
  readonly what: string;
  readonly seconds: number;
  readonly check: () => Promise<string | undefined>;
  readonly everyMs?: number;
}

const progressEveryMs = 5000;

/**
 * Waits with a deadline, and says every few seconds what is still missing.
 * Throws a ClusterError `deadline` that names the last state seen; an error of `check` itself ends the wait at once.
 */
export async function waitFor(wait: Wait): Promise<void> {
  const started = performance.now();
  let saidAt = started;
  for (;;) {
    const state = await wait.check();
    if (state === undefined) return;
    const now = performance.now();
    if (now - started > wait.seconds * 1000) {
      throw new ClusterError(
        'deadline',
        `waiting for ${wait.what}: not there after ${String(wait.seconds)} s; last seen: ${state}`,
      );
    }
    if (now - saidAt > progressEveryMs) {
      saidAt = now;
      say(`      waiting for ${wait.what} (${secondsSince(started)}): ${state}`);
    }
    await sleep(wait.everyMs ?? 500);
  }
}
