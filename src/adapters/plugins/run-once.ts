import { describePluginError, parsePluginLine, ProtocolError } from '../../domain/transform/plugin-protocol.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Log } from '../../domain/core/ports.ts';
import { describeEnd, startPlugin } from './plugin-process.ts';

/** What every run of a plugin has in common. */
export interface PluginLimits {
  readonly log: Log;
  /** Stops the plugin when it is aborted. */
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds: number;
}

export interface OneAnswer {
  readonly stdout: string;
  readonly stderr: string;
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
export async function runOnce(path: string, input: string, limits: PluginLimits): Promise<OneAnswer> {
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
    throw new ProtocolError(
      stdout.length >= largestAnswer ? 'answers without end' : 'writes to standard error without end',
    );
  }
  const failure = describeEnd(ending);
  if (failure !== undefined) throw failureOf(failure, stderr, limits.log.redactor);
  return { stdout, stderr };
}

/** The error of a plugin that ended by itself, with what it said of it. */
export function failureOf(failure: string, stderr: string, redactor: Redactor): ProtocolError {
  const why = describePluginError(stderr, redactor);
  return new ProtocolError(why === '' ? failure : `${failure}: ${why}`);
}

/** The error of a plugin that takes too long. */
export function timeoutAfter(milliseconds: number): PluginTimeout {
  return new PluginTimeout(`has not answered within ${String(milliseconds / 1000)} s`);
}

/** Passes lines of standard error on to the log. */
export function relayLines(name: string, lines: readonly string[], log: Log): void {
  for (const line of lines) {
    const said = parsePluginLine(line, log.redactor);
    if (said !== undefined) log[said.level](`${name}: ${said.text}`);
  }
}
