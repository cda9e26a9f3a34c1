import { describePluginError, parsePluginLine, ProtocolError } from '../../domain/transform/plugin-protocol.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Log } from '../../domain/core/ports.ts';
import {
  startProgram,
  type ProgramResult,
  type ProgramStart,
  type StartedProgram,
} from '../processes/start-program.ts';

/** What every run of a plugin has in common. */
export interface PluginLimits {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds: number;
}

/** Characters of one answer, and of the lines beside it: many times the largest object that a cluster stores. */
export const largestAnswer = 16 * 1024 * 1024;
export const largestErrorOutput = 1024 * 1024;

/** A plugin that was not done in time; the message completes "the plugin …". */
export class PluginTimeout extends Error {
  override readonly name = 'PluginTimeout';
}

/**
 * Runs a plugin once, from its input to its end.
 * @throws ProtocolError when it fails or writes too much, PluginTimeout, the signal's reason
 */
export async function runOnce(
  path: string,
  input: string,
  limits: PluginLimits,
): Promise<Pick<ProgramResult, 'stdout' | 'stderr'>> {
  const { signal, timeoutMilliseconds } = limits;
  signal.throwIfAborted();
  const mostOutput = { stdout: largestAnswer, stderr: largestErrorOutput };
  const plugin = startPlugin(path, { signal, timeoutMilliseconds, mostOutput });
  plugin.stdin?.end(input);
  const ending = await plugin.ended;
  const { cause, stdout, stderr } = ending;
  if (cause === 'aborted') throw signal.reason;
  if (cause === 'timeout') throw timeoutAfter(timeoutMilliseconds);
  if (cause === 'too-long') {
    const isAnswer = stdout.length >= largestAnswer;
    throw new ProtocolError(isAnswer ? 'answers without end' : 'writes to standard error without end');
  }
  const failure = describeEnd(ending);
  if (failure !== undefined) throw failureOf(failure, stderr, limits.log.redactor);
  return { stdout, stderr };
}

export function failureOf(failure: string, stderr: string, redactor: Redactor): ProtocolError {
  const why = describePluginError(stderr, redactor);
  return new ProtocolError(why === '' ? failure : `${failure}: ${why}`);
}

export function timeoutAfter(milliseconds: number): PluginTimeout {
  return new PluginTimeout(`has not answered within ${String(milliseconds / 1000)} s`);
}

export function relayLines(name: string, lines: readonly string[], log: Log): void {
  for (const line of lines) {
    const said = parsePluginLine(line, log.redactor);
    if (said !== undefined) log[said.level](`${name}: ${said.text}`);
  }
}

/** A plugin may be a script: its interpreter must be found. Nothing of our own environment is anything of its. */
const environment = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Starts a plugin without arguments: it has no environment but a PATH, and none of our folders. */
export function startPlugin(
  path: string,
  options: Pick<ProgramStart, 'signal' | 'timeoutMilliseconds' | 'mostOutput'> = {},
): StartedProgram {
  const fixed = { args: [], cwd: '/', environment, hasInput: true, killDelay: 0 };
  const plugin = startProgram({ ...options, ...fixed, program: path });
  // A plugin that ends without reading its input is judged by its answer and exit code.
  plugin.stdin?.on('error', () => undefined);
  return plugin;
}

/** How a plugin ended: undefined for exit code 0, else in words. */
export function describeEnd({ exitCode, cause, detail }: ProgramResult): string | undefined {
  if (cause === 'not-started') return `cannot be started: ${detail}`;
  if (cause === 'killed') return `was ended by ${detail}`;
  return exitCode === 0 ? undefined : `ended with exit code ${String(exitCode)}`;
}
