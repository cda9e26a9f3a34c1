/** Times of a retry schedule, in milliseconds. */
export interface BackoffLimits {
  readonly first: number;
  readonly longest: number;
}

/**
 * Decorrelated jitter: the next pause lies between the first one and three times the last one, so that many clients
 * that failed together do not come back together.
 * @param random a number in [0, 1)
 */
export function nextPause(last: number, limits: BackoffLimits, random: number): number {
  const ceiling = Math.max(limits.first, last * 3);
  return Math.min(limits.longest, Math.round(limits.first + random * (ceiling - limits.first)));
}

/**
 * Milliseconds of a Retry-After header: seconds, or an HTTP date (RFC 9110, 10.2.3).
 * @returns undefined when absent or not understood
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
