import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measurement {
  readonly exitCode: number;
  readonly seconds: number;
  /** Highest resident memory of the process seen, in MiB. */
  readonly peakMebibytes: number;
}

const sampleMilliseconds = 10;

/** Runs a program with its output thrown away and measures wall time and peak memory of that one process. */
export function measure(
  command: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Measurement> {
  const [program, ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'], env: environment });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, highWaterMark(child.pid));
  }, sampleMilliseconds);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(timer);
      resolve({ exitCode: code ?? -1, seconds: (performance.now() - started) / 1000, peakMebibytes: peak });
    });
  });
}

/** The middle one of repeated measurements, by time. */
export async function median(runs: number, run: () => Promise<Measurement>): Promise<Measurement> {
  const all: Measurement[] = [];
  for (let i = 0; i < runs; i += 1) all.push(await run());
  return middleOf(all);
}

/** The fastest one of measurements: where neighbours of the computer disturb, they only ever add time. */
export function fastestOf(all: readonly Measurement[]): Measurement {
  const fastest = all.toSorted((a, b) => a.seconds - b.seconds)[0];
  if (fastest === undefined) throw new Error('fastest of no runs');
  return fastest;
}

/** The middle one of measurements, by time. */
export function middleOf(all: readonly Measurement[]): Measurement {
  const middle = all.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)];
  if (middle === undefined) throw new Error('median of no runs');
  return middle;
}

// VmHWM is the kernel's own high-water mark, so sampling misses only growth in the last few milliseconds.
function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
