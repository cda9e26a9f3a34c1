import type { Readable, Writable } from 'node:stream';

import { killDelay } from './run-program.ts';
import { errorOfEnd, startProgram, type ProgramStart } from './start-program.ts';

export interface FollowedProgram extends Pick<ProgramStart, 'program' | 'args' | 'environment'> {
  readonly signal: AbortSignal;
  /** What it reads from its standard input, once that is known; nothing when absent. */
  readonly input?: Promise<Uint8Array>;
  readonly onOutput: (line: string) => void;
  readonly onError: (line: string) => void;
}

/** What a child has written without ending a line is reported when it grows longer than this. */
const longestLine = 64 * 1024;

/**
 * Runs a program whose output is too long to keep, and reports each line as it comes. A carriage return ends a line too:
 * so do programs that redraw one.
 * @returns the exit code
 * @throws TaskError `program-missing`, `interrupted` or `program-broke`
 */
export async function followProgram({ input, onOutput, onError, ...run }: FollowedProgram): Promise<number> {
  const child = startProgram({ ...run, hasInput: input !== undefined, killDelay });
  if (child.stdin !== null && input !== undefined) void feed(child.stdin, input);
  const [result] = await Promise.all([child.ended, relay(child.stdout, onOutput), relay(child.stderr, onError)]);
  if (result.exitCode !== undefined) return result.exitCode;
  throw errorOfEnd(run.program, result, '');
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

async function relay(stream: Readable | null, report: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of textsOf(stream)) {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') report(line);
    if (rest.length > longestLine) {
      report(rest);
      rest = '';
    }
  }
  if (rest !== '') report(rest);
}

/** What a stream gives until it ends, or is destroyed with the program. */
async function* textsOf(stream: Readable | null): AsyncGenerator<string, void, undefined> {
  if (stream === null) return;
  try {
    yield* stream.setEncoding('utf8') as AsyncIterable<string>;
  } catch {
    // How the program ended says why.
  }
}
