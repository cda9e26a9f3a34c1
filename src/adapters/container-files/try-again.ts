import { setTimeout } from 'node:timers/promises';

import { TaskError } from '../../domain/core/errors.ts';

const mostTries = 3;
/** Milliseconds before the second try; the next pause is twice as long. */
const firstPause = 500;

/**
 * Does something that only reads, again when the connection could not be opened or broke on the way. What the API server
 * refuses is final.
 */
export async function tryAgain<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      const isBroken = error instanceof TaskError && error.code === 'unreachable';
      if (!isBroken || tries >= mostTries) throw error;
      await setTimeout(firstPause * tries);
    }
  }
}
