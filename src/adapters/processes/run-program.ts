import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { execa } from 'execa';

import { TaskError } from '../../domain/core/errors.ts';

export interface ProgramRun {
  readonly program: string;
  /** Never secrets: everybody on the computer may read them. */
  readonly args: readonly string[];
  /** The whole environment of the child: what is not named here does not reach it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds?: number;
  /** Ends a child that has neither read nor written a byte for so long. */
  readonly stallMilliseconds?: number;
  /** Gets each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProgramEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Between SIGTERM and SIGKILL: a stopped run has two seconds for everything. */
const killDelay = 700;
const mostOutput = 8 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell. An exit code other than 0 is an answer, not an error.
 * @throws TaskError `program-missing`, `timeout`, `interrupted` or `program-broke`
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const stall = new AbortController();
  const child = execa(run.program, [...run.args], {
    env: run.environment ?? {},
    extendEnv: false,
    stdin: 'ignore',
    // execa would end this process on a signal before the report is written; the cancel signal ends the child.
    cleanup: false,
    reject: false,
    maxBuffer: mostOutput,
    forceKillAfterDelay: killDelay,
    cancelSignal: AbortSignal.any([run.signal, stall.signal]),
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.timeoutMilliseconds === undefined ? {} : { timeout: run.timeoutMilliseconds }),
  });
  if (run.onLine !== undefined) relayLines([child.stdout, child.stderr], run.onLine);
  const watch = watchForStall(child.pid, run.stallMilliseconds, () => {
    stall.abort();
  });
  try {
    const result = await child;
    const { exitCode, stdout, stderr } = result;
    if (exitCode !== undefined && !result.isCanceled && !result.timedOut) return { exitCode, stdout, stderr };
    throw endOf(run, result, stall.signal.aborted);
  } finally {
    clearInterval(watch);
  }
}

function relayLines(streams: readonly Readable[], onLine: (line: string) => void): void {
  for (const input of streams) createInterface({ input }).on('line', onLine);
}

interface UnplannedEnd {
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
}

function endOf({ program, signal }: ProgramRun, result: UnplannedEnd, stalled: boolean): TaskError {
  const doing = `running ${program}`;
  if (result.code === 'ENOENT' || result.code === 'EACCES') {
    const remedy = `Install ${program}, or use the image of this task, which has it.`;
    return new TaskError('program-missing', `${doing}: there is no such program on the PATH`, { remedy });
  }
  if (signal.aborted) return new TaskError('interrupted', `${doing}: the run was stopped`, { remedy: 'Run again.' });
  if (stalled || result.timedOut) {
    const what = stalled ? 'it neither read nor wrote anything any more' : 'it took longer than allowed';
    return new TaskError('timeout', `${doing}: ${what}`, {
      remedy: 'Check the network and the servers, then run again.',
    });
  }
  // execa's own message holds the whole command line and output.
  const how = result.signal === undefined ? (result.code ?? 'unknown reason') : `ended by ${result.signal}`;
  return new TaskError('program-broke', `${doing}: ${how}`, {
    remedy: 'Give the step more memory if its limit was reached, then run again.',
  });
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
