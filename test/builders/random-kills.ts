import { setTimeout as pause } from 'node:timers/promises';

/** A program that is killed again and again, each time in a run on something of its own. */
export interface Victim {
  readonly name: string;
  /** Makes what a run works on. */
  prepare(run: string): Promise<void>;
  start(run: string): Running;
  /** How far a run is: a number that grows while it works. */
  progress(run: string): Promise<number>;
  /** What came of a run; the same for each, whatever it was called. */
  outcome(run: string): Promise<unknown>;
  /** Makes what a killed run left behind as old as if that had been some time ago. */
  age(run: string): Promise<void>;
}

export interface Running extends PromiseLike<{ exitCode?: number | undefined; signal?: string | undefined }> {
  kill(signal: 'SIGKILL'): boolean;
}

/** What came of the run after a kill. */
export interface Revival {
  /** Where the run before was killed, for messages. */
  readonly point: string;
  readonly exitCode: number | undefined;
  readonly outcome: unknown;
}

/** Longer than a program takes from its last visible step to its end. Milliseconds. */
const longestDelay = 20;
const pollEvery = 2;

/**
 * Kills a program at points that random numbers choose, and runs it once more after each kill. A run that ends before
 * it is killed counts for nothing, and another point is chosen.
 * @param random gives numbers from 0 up to 1
 * @throws Error when most runs end before they can be killed
 */
export async function killAtRandom(
  victim: Victim,
  kills: number,
  random: () => number,
): Promise<{ undisturbed: Revival; revivals: readonly Revival[] }> {
  const undisturbed = await runWhole(victim, 'undisturbed', 'nowhere');
  const whole = await victim.progress('undisturbed');
  const revivals: Revival[] = [];
  for (let attempt = 0; revivals.length < kills; attempt += 1) {
    if (attempt > 4 * kills) throw new Error(`${victim.name}: most runs ended before they were killed`);
    const run = `run-${String(attempt)}`;
    const [step, delay] = [Math.floor(random() * whole), random() * longestDelay];
    await victim.prepare(run);
    if (!(await killAt(victim, run, { step, delay }))) continue;
    await victim.age(run);
    revivals.push(await revive(victim, run, `${run}: killed ${String(delay)} ms after step ${String(step)}`));
  }
  return { undisturbed, revivals };
}

/** Numbers from 0 up to 1, the same for the same seed: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function runWhole(victim: Victim, run: string, point: string): Promise<Revival> {
  await victim.prepare(run);
  return revive(victim, run, point);
}

async function revive(victim: Victim, run: string, point: string): Promise<Revival> {
  const { exitCode } = await victim.start(run);
  return { point, exitCode, outcome: await victim.outcome(run) };
}

interface Point {
  readonly step: number;
  /** Milliseconds. */
  readonly delay: number;
}

/** Whether the run was killed, and did not end by itself before. */
async function killAt(victim: Victim, run: string, { step, delay }: Point): Promise<boolean> {
  const running = victim.start(run);
  const ended = Promise.resolve(running);
  while ((await victim.progress(run)) < step) {
    const end = await Promise.race([ended, pause(pollEvery)]);
    if (end !== undefined) break;
  }
  await pause(delay);
  running.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL';
}
