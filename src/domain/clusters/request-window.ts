const first = 8;
const most = 16;

/**
 * How many requests one API server gets at a time: one more for each window of answers, half when it says that it has
 * enough, as TCP does. A fixed number is either too slow or too much for some server.
 */
export class RequestWindow {
  #size = first;

  get size(): number {
    return Math.floor(this.#size);
  }

  answered(): void {
    this.#size = Math.min(most, this.#size + 1 / this.#size);
  }

  throttled(): void {
    this.#size = Math.max(1, this.#size / 2);
  }
}
