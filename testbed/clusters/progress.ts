/** Writes one line to stderr: stdout stays free for what a verb was asked to print. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs one step and says how long it took, also when it failed. */
export async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    const value = await work();
    say(`ok    ${step} (${secondsSince(started)})`);
    return value;
  } catch (error) {
    say(`FAIL  ${step} (${secondsSince(started)})`);
    throw error;
  }
}

/** Seconds with one digit since a `performance.now()` value, as in `3.2 s`. */
export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
