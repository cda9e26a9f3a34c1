import { setTimeout } from 'node:timers/promises';

import { TaskError } from '../../domain/core/errors.ts';
import type { Sleep } from '../../domain/core/ports.ts';

/**
 * A pause that ends with the run.
 * @param doing what is interrupted, for the message
 * @throws TaskError `interrupted`
 */
export function sleepUntil(signal: AbortSignal | undefined, doing: string): Sleep {
  return async (milliseconds) => {
    try {
      await setTimeout(milliseconds, undefined, signal && { signal });
    } catch (error) {
      throw new TaskError('interrupted', `${doing}: stopped by a signal`, {
        remedy: 'Run again: finished work is skipped.',
        cause: error,
      });
    }
  };
}
