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
