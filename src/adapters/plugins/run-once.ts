import { describePluginError, parsePluginLine, ProtocolError } from '../../domain/transform/plugin-protocol.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Log } from '../../domain/core/log.ts';
import { startPlugin } from './plugin-process.ts';

/** What every run of a plugin has in common. */
export interface PluginLimits {
  readonly log: Log;
  /** Stops the plugin when it is aborted. */
  readonly signal: AbortSignal;
  /** How long one answer may take. */
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
  let [stdout, stderr] = ['', ''];
  const { promise, resolve, reject } = Promise.withResolvers<OneAnswer>();
  const plugin = startPlugin(path, {
    onOutput: (text) => {
      stdout += text;
      if (stdout.length > largestAnswer) stop(new ProtocolError('answers without end'));
    },
    onError: (text) => {
      stderr += text;
      if (stderr.length > largestErrorOutput) stop(new ProtocolError('writes to standard error without end'));
    },
    onEnd: (failure) => {
      if (failure === undefined) resolve({ stdout, stderr });
      else reject(failureOf(failure, stderr, limits.log.redactor));
    },
  });
  function stop(error: unknown): void {
    reject(error);
    plugin.kill();
  }
  const onAbort = (): void => {
    stop(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    stop(timeoutAfter(timeoutMilliseconds));
  }, timeoutMilliseconds);
  plugin.write(input);
  plugin.endInput();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
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
