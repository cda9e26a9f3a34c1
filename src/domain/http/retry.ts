/** What a request met, seen by someone who decides whether to ask again. */
export interface FailedAttempt {
  /** HTTP status, or 0 when no whole answer came. */
  readonly status: number;
  /** Whether the request may have been carried out, given that no whole answer came. */
  readonly sent: boolean;
  /** Milliseconds the server asked to wait, when it did. */
  readonly retryAfter: number | undefined;
}

export interface RetryState {
  /** Repetition of the request does no harm. */
  readonly idempotent: boolean;
  /** Tries made so far, 1 and above. */
  readonly tries: number;
  /** Milliseconds left until the operation's deadline. */
  readonly left: number;
  /** A random number from 0 up to 1. */
  readonly random: number;
}

const firstDelay = 150;
const longestDelay = 5000;
/** Without word from the server when to come back, a refusal that stays for this many tries is not transient. */
const mostTries = 6;

const refusedBeforeWork = new Set([429, 503]);
const transient = new Set([0, 429, 500, 502, 503, 504]);

/**
 * Milliseconds to wait before the next try, or undefined to give up. Retry-After wins over the own delay, which
 * doubles with full jitter; a server that keeps naming a time is asked until the deadline.
 */
export function delayBeforeRetry(setback: FailedAttempt, state: RetryState): number | undefined {
  if (!transient.has(setback.status) || !isSafe(setback, state.idempotent)) return undefined;
  if (setback.retryAfter === undefined && state.tries >= mostTries) return undefined;
  const ceiling = Math.min(longestDelay, firstDelay * 2 ** state.tries);
  const own = firstDelay / 2 + state.random * ceiling;
  const delay = setback.retryAfter === undefined ? own : setback.retryAfter + state.random * firstDelay;
  return delay < state.left ? delay : undefined;
}

function isSafe({ status, sent, retryAfter }: FailedAttempt, idempotent: boolean): boolean {
  if (idempotent || (status === 0 && !sent)) return true;
  return refusedBeforeWork.has(status) && retryAfter !== undefined;
}

/**
 * Whether a message of an API server is about the request itself, whatever the status: server-side apply answers 500 to a
 * field that the kind does not have, which no further try mends.
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
