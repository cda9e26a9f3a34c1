import type { Readable, Writable } from 'node:stream';

import { execa } from 'execa';

import { TaskError } from '../../domain/core/errors.ts';

/** How a program is started: without a shell, and alone in its process group. */
export interface ProgramStart {
  readonly program: string;
  /** Never secrets: everybody on the computer may read them. */
  readonly args: readonly string[];
  /** The whole environment of the child: what is not named here does not reach it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  readonly hasInput?: boolean;
  /** `inherit`: the program reads the standard input of this one. */
  readonly stdin?: 'inherit' | undefined;
  /** The whole standard input, for a program that gets no stream. */
  readonly input?: string | undefined;
  readonly stderr?: 'pipe' | 'inherit' | 'ignore';
  /** Characters of each output that are kept; more end the program. Absent: the outputs are streams to read. */
  readonly mostOutput?: { readonly stdout: number; readonly stderr: number };
  /** Ends it, and every process that it started. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds?: number | undefined;
  /** Milliseconds between SIGTERM and SIGKILL; 0: SIGKILL at once. */
  readonly killDelay: number;
  /** Whether the processes that it started continue after its end. */
  readonly leavesOthers?: boolean;
}

export interface ProgramResult {
  /** Undefined when it did not come to an end of its own. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly cause: 'ended' | 'aborted' | 'timeout' | 'too-long' | 'not-started' | 'killed';
  /** The code of an error, or the signal that ended it, for messages. */
  readonly detail: string;
}

export interface StartedProgram {
  readonly pid: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable | null;
  /** Ends it at once, with every process that it started. */
  readonly kill: () => void;
  /** Never rejects. */
  readonly ended: Promise<ProgramResult>;
}

/** Milliseconds that a killed process may take to end. */
const exitDelay = 200;

/** Starts a program. The only place that does: who needs a process comes here. Errors of the start come as its end. */
export function startProgram(start: ProgramStart): StartedProgram {
  const { hasInput = false, stderr = 'pipe', mostOutput, signal, timeoutMilliseconds, killDelay } = start;
  const timeout = timeoutMilliseconds === undefined ? undefined : AbortSignal.timeout(timeoutMilliseconds);
  const cancelSignal = AbortSignal.any([signal, timeout].filter((each) => each !== undefined));
  const child = execa(start.program, start.args, {
    ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
    cancelSignal,
    env: start.environment,
    extendEnv: false,
    ...(start.input === undefined ? { stdin: start.stdin ?? (hasInput ? 'pipe' : 'ignore') } : { input: start.input }),
    stderr,
    buffer: mostOutput !== undefined,
    maxBuffer: mostOutput ?? Infinity,
    killDescendants: start.leavesOthers !== true,
    killSignal: killDelay === 0 ? 'SIGKILL' : 'SIGTERM',
    forceKillAfterDelay: killDelay === 0 ? false : killDelay,
    // execa would end this process on a signal before the report is written.
    cleanup: false,
    reject: false,
  });
  const kill = (): void => void child.kill('SIGKILL');
  // What it leaves behind would keep its outputs open.
  if (start.leavesOthers !== true) child.nodeChildProcess.once('exit', kill);
  // A process that left the group is not killed, and must not be waited for.
  const letGo = (): void => [child.stdout, child.stderr].forEach((stream) => stream?.destroy());
  const letGoLater = (): void => void setTimeout(letGo, killDelay + exitDelay).unref();
  cancelSignal.addEventListener('abort', letGoLater, { once: true });
  const ended = child.then((result): ProgramResult => {
    cancelSignal.removeEventListener('abort', letGoLater);
    const { exitCode, code = '', signal: killedBy, stdout = '', stderr: errors = '' } = result;
    const common = { stdout, stderr: errors, detail: killedBy ?? code };
    if (result.isCanceled) {
      return { ...common, exitCode: undefined, cause: signal?.aborted === true ? 'aborted' : 'timeout' };
    }
    if (result.isMaxBuffer) return { ...common, exitCode: undefined, cause: 'too-long' };
    if (exitCode !== undefined) return { ...common, exitCode, cause: 'ended' };
    return { ...common, exitCode, cause: killedBy === undefined ? 'not-started' : 'killed' };
  });
  return { pid: child.pid, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, kill, ended };
}

/**
 * The error of a program that did not come to an end of its own, without execa's message: that has the whole command line.
 * @param timeout what it did not do in time
 */
export function errorOfEnd(program: string, { cause, detail }: ProgramResult, timeout: string): TaskError {
  const doing = `running ${program}`;
  if (cause === 'aborted') {
    return new TaskError('interrupted', `${doing}: the run was stopped`, { remedy: 'Run again to resume.' });
  }
  if (cause === 'timeout') {
    const remedy = 'Check the network and the servers, then run again.';
    return new TaskError('timeout', `${doing}: ${timeout}`, { remedy });
  }
  if (detail === 'ENOENT' || detail === 'EACCES') {
    const remedy = `Install ${program}, or use the image of this task, which has it.`;
    return new TaskError('program-missing', `${doing}: there is no such program on the PATH`, { remedy });
  }
  const why = cause === 'too-long' ? 'its output is too long' : `ended by ${detail}`;
  return new TaskError('program-broke', `${doing}: ${why}`, {
    remedy: 'Give the step more memory if its limit was reached, then run again.',
  });
}
