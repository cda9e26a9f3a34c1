/** How many copies may run at once: halved when a registry asks for quiet, growing again with each success. */
export interface CopyLimit {
  readonly current: number;
  readonly most: number;
}

/**
 * Small images wait for answers rather than for bytes: as long as all copies together have no more bytes than this,
 * three times as many run, and the line is still not full.
 */
const smallBytes = 64 * 1024 * 1024;
const smallFactor = 3;

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

/**
 * Whether another copy may start beside those running. A maximum of one means one after the other, small or not.
 * @param bytes of the running ones and the next one
 */
export function allowsAnother({ current, most }: CopyLimit, running: number, bytes: number): boolean {
  if (running < Math.floor(current)) return true;
  const isCalm = current === most && most > 1;
  return isCalm && bytes <= smallBytes && running < most * smallFactor;
}
