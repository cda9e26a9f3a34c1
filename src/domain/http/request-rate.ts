export interface Rate {
  /** Requests a second in the long run. */
  readonly perSecond: number;
  /** Requests that may go at once after a pause. */
  readonly burst: number;
}

/** How many requests one API server gets a second: a bucket of `burst` that fills again at the rate. */
export class RequestRate {
  readonly #rate: Rate;
  #left: number;
  #at: number;

  /** @param now milliseconds, as of all calls */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Takes a place for one request; gives the milliseconds after which it may go. */
  reserve(now: number): number {
    const { perSecond, burst } = this.#rate;
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) * perSecond) / 1000);
    this.#at = now;
    this.#left -= 1;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / perSecond);
  }
}
