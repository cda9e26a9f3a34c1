import type { Readable, Writable } from 'node:stream';

import { execa } from 'execa';

import { TaskError } from '../../domain/core/errors.ts';

export interface FollowedProgram {
  readonly program: string;
  /** Never secrets: everybody on the computer may read them. */
  readonly args: readonly string[];
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** What it reads from its standard input, once that is known; nothing when absent. */
  readonly input?: Promise<Uint8Array>;
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

/** What a child has written without ending a line is told when it grows longer than this. */
const longestLine = 64 * 1024;
const killDelay = 700;

/**
 * Runs a program whose output is too long to keep, telling each line as it comes. A carriage return ends a line too:
 * so do programs that redraw one.
 * @returns the exit code
 * @throws TaskError `program-missing`, `interrupted` or `program-broke`
 */
export async function followProgram(run: FollowedProgram): Promise<number> {
  const { program, signal } = run;
  const child = execa(program, [...run.args], {
    env: run.environment,
    extendEnv: false,
    stdin: run.input === undefined ? 'ignore' : 'pipe',
    cleanup: false,
    reject: false,
    buffer: false,
    forceKillAfterDelay: killDelay,
    cancelSignal: signal,
  });
  if (child.stdin !== null && run.input !== undefined) void feed(child.stdin, run.input);
  const [result] = await Promise.all([child, relay(child.stdout, run.onOutput), relay(child.stderr, run.onError)]);
  if (result.exitCode !== undefined && !result.isCanceled) return result.exitCode;
  const doing = `running ${program}`;
  if (signal.aborted) {
    throw new TaskError('interrupted', `${doing}: the run was stopped`, { remedy: 'Run again to resume.' });
  }
  const isMissing = result.code === 'ENOENT' || result.code === 'EACCES';
  throw new TaskError(
    isMissing ? 'program-missing' : 'program-broke',
    `${doing}: ${isMissing ? 'there is no such program on the PATH' : `ended by ${result.signal ?? 'an unknown cause'}`}`,
    { remedy: isMissing ? `Use the image that has ${program}.` : 'Give the pod more memory, then run again.' },
  );
}

async function feed(stdin: Writable, input: Promise<Uint8Array>): Promise<void> {
  // It may end without reading, before there is anything to read.
  stdin.on('error', () => undefined);
  try {
    stdin.end(await input);
  } catch {
    stdin.destroy();
  }
}

async function relay(stream: Readable, tell: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') tell(line);
    if (rest.length > longestLine) {
      tell(rest);
      rest = '';
    }
  }
  if (rest !== '') tell(rest);
}
