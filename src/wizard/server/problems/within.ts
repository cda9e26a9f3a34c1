import { TaskError } from '../../../domain/core/errors.ts';

/**
 * Does something in a limited time. What it opened must end with its signal.
 * @throws TaskError `timeout`, or the reason of the signal
 */
export async function within<T>(
  milliseconds: number,
  signal: AbortSignal,
  run: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.aborted ? toError(signal.reason) : tooLong(milliseconds));
  limited.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run(limited), aborted]);
  } finally {
    limited.removeEventListener('abort', onAbort);
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function tooLong(milliseconds: number): TaskError {
  return new TaskError('timeout', `the cluster did not answer within ${String(milliseconds / 1000)} s`, {
    remedy: 'Check the address and the network between this server and the cluster, then try again.',
  });
}
