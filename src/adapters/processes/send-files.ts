import { createHash } from 'node:crypto';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { CommandContext } from './run-command.ts';
import { startProgram } from './start-program.ts';

interface FilesToSend {
  /** Of the names in the input. Its end may not be seen, so they are counted. */
  readonly bytes: number;
  /** Arguments of tar. */
  readonly options: readonly string[];
}

interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: { write(text: string): void };
}

/** Runs tar with names from an input, copies its archive to an output, and reports what was sent as `parseConfirmation` reads it. */
export async function sendFiles(
  { bytes, options }: FilesToSend,
  { input, output, errors }: Streams,
  { environment, signal }: CommandContext,
): Promise<void> {
  const names = await readNames(bytes, input);
  const tar = startProgram({
    program: 'tar',
    args: options,
    environment: { PATH: environment['PATH'], LC_ALL: 'C' },
    hasInput: true,
    stderr: 'inherit',
    signal,
    killDelay: 0,
  });
  // It may end without reading.
  tar.stdin?.on('error', () => undefined).end(names);
  const hash = createHash('sha256');
  let sent = 0;
  const count = new Transform({
    transform: (piece: Uint8Array, _encoding, done) => {
      hash.update(piece);
      sent += piece.length;
      done(null, piece);
    },
  });
  await pipeline(tar.stdout, count, output, { end: false });
  const { exitCode } = await tar.ended;
  const status = exitCode === undefined ? [] : [`status ${String(exitCode)}`];
  const lines = [...status, `sha256 ${hash.digest('hex')}`, `bytes ${String(sent)}`];
  errors.write(lines.map((line) => `crane-tasks ${line}\n`).join(''));
}

async function readNames(bytes: number, input: Readable): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let left = bytes;
  if (left > 0)
    for await (const piece of input as AsyncIterable<Uint8Array>) {
      parts.push(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
  // A program that waits for the end of its input would not end.
  input.destroy();
  return Buffer.concat(parts);
}
