import { finished, type Readable } from 'node:stream';

import { createBoundedText, type CommandEnd, type RunCommand } from '../../domain/containerize/running-command.ts';
import { errorOfEnd, startProgram, type StartedProgram } from './start-program.ts';

export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Runs commands as processes here. Their outputs are streams: they wait for their reader. */
export function createRunCommand({ environment, signal }: CommandContext): RunCommand {
  return (command, input) => {
    const [program = '', ...args] = command;
    const { PATH } = environment;
    const started = startProgram({
      program,
      args,
      environment: { PATH },
      hasInput: input !== undefined,
      signal,
      killDelay: 0,
    });
    const stderr = createBoundedText();
    started.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.add(text));
    if (started.stdin !== null && input !== undefined) {
      // It may end without reading.
      started.stdin.on('error', () => undefined);
      started.stdin.end(input);
    }
    const ended = endOf(program, started, () => stderr.text());
    ended.catch(() => undefined);
    return Promise.resolve({ stdout: started.stdout as AsyncIterable<Uint8Array>, ended, stop: started.kill });
  };
}

async function endOf(program: string, started: StartedProgram, stderr: () => string): Promise<CommandEnd> {
  const [result] = await Promise.all([started.ended, closed(started.stderr)]);
  if (result.exitCode === undefined) throw errorOfEnd(program, result, 'it took longer than allowed');
  return { exitCode: result.exitCode, stderr: stderr() };
}

/** The last text can come after the end of the process. */
function closed(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) resolve();
    else finished(stream, { writable: false }, () => resolve());
  });
}
