import { TaskError } from '../../src/domain/errors.ts';

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
