import type { Log, Sleep } from '../../domain/core/ports.ts';
import { delayBeforeRetry, type RetryPolicy } from '../../domain/http/retry.ts';

/** What came of one try, and whether another one can help: `at-once` after something was changed for it. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'failed';
      readonly error: Error;
      readonly retry: 'never' | 'at-once' | 'later';
      /** Milliseconds the server asked to wait, when it did. */
      readonly retryAfter?: number | undefined;
    };

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly pause: Sleep;
  readonly log: Log;
}

/**
 * Tries until it is done, no further try can help, or the policy ends it.
 * @throws the error of the last try, and what `pause` throws
 */
export async function retry<T>(attempt: () => Promise<Attempt<T>>, context: RetryContext): Promise<T> {
  const { policy, pause, log } = context;
  const until = Date.now() + policy.budget;
  let last = policy.backoff.first;
  for (let tries = 1; ; tries += 1) {
    const result = await attempt();
    if (result.kind === 'done') return result.value;
    if (result.retry === 'at-once') continue;
    const state = { tries, left: until - Date.now(), last, random: Math.random() };
    const delay = result.retry === 'never' ? undefined : delayBeforeRetry(policy, result.retryAfter, state);
    if (delay === undefined) throw result.error;
    log.debug(`${result.error.message}; trying again in ${String(delay)} ms`);
    await pause(delay);
    last = delay;
  }
}
