import { TaskError } from '../../src/domain/core/errors.ts';

/** Code and message of the TaskError that a call throws, `code: message`; empty when it throws none. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    if (error instanceof TaskError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** The TaskError that a call ends with; fails when it ends with none. */
export async function thrownBy(run: () => unknown): Promise<TaskError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
  throw new Error('expected a TaskError, but nothing was thrown');
}
