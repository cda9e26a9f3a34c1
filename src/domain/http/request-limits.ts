const first = 8;
const most = 32;

/**
 * How many requests one API server gets at a time: twice as many for each window of answers until it first says that it
 * has enough, then half, and from there one more for each window, as TCP does. A fixed number is either too slow or too
 * much for some server.
 */
export class RequestWindow {
  #size = first;
  #isCareful = false;

  get size(): number {
    return Math.floor(this.#size);
  }

  answered(): void {
    this.#size = Math.min(most, this.#size + (this.#isCareful ? 1 / this.#size : 1));
  }

  throttled(): void {
    this.#isCareful = true;
    this.#size = Math.max(1, this.#size / 2);
  }
}

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
