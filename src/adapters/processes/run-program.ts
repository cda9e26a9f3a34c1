import { readFile } from 'node:fs/promises';

import { errorOfEnd, startProgram, type ProgramStart } from './start-program.ts';
import { TaskError } from '../../domain/core/errors.ts';

export interface ProgramRun extends Pick<ProgramStart, 'program' | 'args' | 'cwd' | 'input' | 'timeoutMilliseconds'> {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Ends a child that has neither read nor written a byte for so long. */
  readonly stallMilliseconds?: number;
  /** Bytes of each output at most; more end the child. */
  readonly mostOutput?: number;
  /** Milliseconds between SIGTERM and SIGKILL, where the child needs longer than usual to end in an orderly way. */
  readonly killDelay?: number | undefined;
}

export interface ProgramEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Between SIGTERM and SIGKILL: a stopped run has two seconds for everything. */
export const killDelay = 700;
const usualOutput = 8 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell. An exit code other than 0 is an answer, not an error.
 * @throws TaskError `program-missing`, `timeout`, `interrupted` or `program-broke`
 */
export async function runProgram(start: ProgramRun): Promise<ProgramEnd> {
  const { stallMilliseconds, signal, mostOutput = usualOutput, killDelay: delay = killDelay, ...run } = start;
  const stall = new AbortController();
  const child = startProgram({
    ...run,
    killDelay: delay,
    signal: AbortSignal.any([signal, stall.signal]),
    mostOutput: { stdout: mostOutput, stderr: mostOutput },
  });
  const watch = watchForStall(child.pid, stallMilliseconds, () => stall.abort());
  const result = await child.ended;
  clearInterval(watch);
  const { exitCode, stdout, stderr } = result;
  if (exitCode !== undefined) return { exitCode, stdout, stderr };
  const stalled = stall.signal.aborted && !signal.aborted;
  if (!stalled) throw errorOfEnd(run.program, result, 'it took longer than allowed');
  throw errorOfEnd(run.program, { ...result, cause: 'timeout' }, 'it neither read nor wrote anything any more');
}

/** Looks at the kernel's count of bytes that a process read and wrote, sockets included; elsewhere than on Linux it never ends a child. */
function watchForStall(
  pid: number | undefined,
  limit: number | undefined,
  end: () => void,
): NodeJS.Timeout | undefined {
  if (pid === undefined || limit === undefined) return undefined;
  let last = '';
  let quietSince = Date.now();
  async function look(): Promise<void> {
    const counts = await readFile(`/proc/${String(pid)}/io`, 'utf8').catch(() => undefined);
    if (counts === undefined || counts !== last) quietSince = Date.now();
    else if (Date.now() - quietSince >= (limit ?? Infinity)) end();
    last = counts ?? '';
  }
  return setInterval(() => void look(), Math.min(5000, limit / 4)).unref();
}

/** The version that a program prints, without a leading `v`; undefined when it prints none. Never fails a run. */
export async function askVersion(
  run: Pick<ProgramRun, 'program' | 'args' | 'environment' | 'signal'>,
): Promise<string | undefined> {
  try {
    const { stdout } = await runProgram({ ...run, timeoutMilliseconds: 10_000 });
    return /(?<!\d)\d+(?:\.\d+)+[-+.\w]*/.exec(stdout)?.[0];
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}
