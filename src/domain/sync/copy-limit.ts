/** How many copies may run at once: halved when a registry asks for quiet, growing again with each success. */
export interface CopyLimit {
  readonly current: number;
  readonly most: number;
}

/** A limit that starts at its maximum. */
export function startLimit(most: number): CopyLimit {
  return { current: most, most };
}

/** After a 429 or 503: half as many, but never none. */
export function shrinkLimit({ current, most }: CopyLimit): CopyLimit {
  return { current: Math.max(1, current / 2), most };
}

/** After a success: about one more per round of successes. */
export function growLimit({ current, most }: CopyLimit): CopyLimit {
  return { current: Math.min(most, current + 1 / current), most };
}

/** Whether another copy may start beside those running. */
export function hasRoom({ current }: CopyLimit, running: number): boolean {
  return running < Math.floor(current);
}
