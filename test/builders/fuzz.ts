import fc from 'fast-check';

/** Seconds for each property; more find more. Documented in DEVELOPMENT.md. */
const seconds = Number(process.env['CRANE_TASKS_FUZZ_SECONDS'] ?? '2');

/** For a test of one property: time for the case that runs, and no second attempt, which would try other cases. */
export const fuzzOptions = { timeout: (seconds + 28) * 1000, retry: 0 };

/**
 * Tries random cases for some seconds. A failure prints the seed and the smallest case, which then becomes a test of its
 * own beside the code.
 */
export async function fuzz<T>(cases: fc.Arbitrary<T>, holds: (value: T) => Promise<void> | void): Promise<void> {
  let running: Promise<void> | undefined;
  const property = fc.asyncProperty(cases, (value) => {
    running = (async () => holds(value))();
    return running;
  });
  await fc.assert(property, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1000,
    // The least that a loaded computer does in this time is no failure.
    markInterruptAsFailure: false,
  });
  // The time limit leaves the last case running: it must not write into a folder that the test removes.
  await running;
}
