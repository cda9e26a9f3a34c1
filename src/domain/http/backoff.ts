/** Times of a retry schedule, in milliseconds. */
export interface BackoffLimits {
  readonly first: number;
  readonly longest: number;
}

/**
 * Decorrelated jitter: the next pause is between the first one and three times the last one, so that many clients that
 * failed together do not come back together.
 * @param random a number in [0, 1)
 */
export function nextPause(last: number, limits: BackoffLimits, random: number): number {
  const ceiling = Math.max(limits.first, last * 3);
  return Math.min(limits.longest, Math.round(limits.first + random * (ceiling - limits.first)));
}
