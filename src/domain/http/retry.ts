import { nextPause, type BackoffLimits } from './backoff.ts';

/** What a request met, seen by someone who decides whether to ask again. */
export interface FailedAttempt {
  /** HTTP status, or 0 when no whole answer came. */
  readonly status: number;
  /** Whether the request may have been carried out, given that no whole answer came. */
  readonly sent: boolean;
  /** Milliseconds the server asked to wait, when it did. */
  readonly retryAfter: number | undefined;
}

export interface RetryPolicy {
  /** Milliseconds for all tries together. */
  readonly budget: number;
  /** Tries after which a failure is not transient, when the server does not say when to come back. */
  readonly mostTries: number;
  readonly backoff: BackoffLimits;
}

export interface RetryState {
  /** Tries made so far, 1 and above. */
  readonly tries: number;
  /** Milliseconds left of the budget. */
  readonly left: number;
  /** Milliseconds of the last pause; at first the shortest one. */
  readonly last: number;
  /** A random number from 0 up to 1. */
  readonly random: number;
}

const refusedBeforeWork = new Set([429, 503]);
const transient = new Set([0, 429, 500, 502, 503, 504]);

/**
 * Milliseconds to wait before the next try, or undefined to give up. A time that the server names counts, with jitter,
 * unless it is 0: a server that says 0 again and again must not be asked without a break.
 */
export function delayBeforeRetry(
  { backoff, mostTries }: RetryPolicy,
  retryAfter: number | undefined,
  { tries, left, last, random }: RetryState,
): number | undefined {
  if (retryAfter === undefined && tries >= mostTries) return undefined;
  const asked = retryAfter ?? 0;
  const delay = asked > 0 ? asked + Math.round(random * backoff.first) : nextPause(last, backoff, random);
  return delay < left ? delay : undefined;
}

/** Whether another try of a request may help and does no harm. `idempotent`: repetition of it does no harm. */
export function isRetryable(failed: FailedAttempt, idempotent: boolean): boolean {
  return transient.has(failed.status) && isSafe(failed, idempotent);
}

function isSafe({ status, sent, retryAfter }: FailedAttempt, idempotent: boolean): boolean {
  if (idempotent || (status === 0 && !sent)) return true;
  return refusedBeforeWork.has(status) && retryAfter !== undefined;
}

/**
 * Whether a message of an API server is about the request itself, whatever the status: server-side apply answers 500 to
 * a field that the kind does not have, which no retry fixes.
 */
export function isRequestError(message: string): boolean {
  return /field not declared in schema/.test(message);
}

/**
 * Milliseconds of a Retry-After header (seconds or an HTTP date, RFC 9110 section 10.2.3), or undefined when absent
 * or malformed. `now` is in epoch milliseconds.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // A date has a letter and a comma; Date.parse alone would accept far more.
  const time = /^[A-Za-z]{3,9},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
