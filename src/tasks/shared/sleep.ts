import { setTimeout } from 'node:timers/promises';

import { TaskError } from '../../domain/core/errors.ts';

/**
 * A pause that ends with the run.
 * @throws TaskError `interrupted`
 */
export function sleepUntil(signal: AbortSignal, doing: string): (milliseconds: number) => Promise<void> {
  return async (milliseconds) => {
    try {
      await setTimeout(milliseconds, undefined, { signal });
    } catch (error) {
      throw new TaskError('interrupted', `${doing}: stopped by a signal`, {
        remedy: 'Run again: what is done stays.',
        cause: error,
      });
    }
  };
}
