import { TaskError } from '../../domain/core/errors.ts';
import type { ProgramRun } from './run-program.ts';

const timeoutMilliseconds = 10_000;

/** The version that a program prints, without a leading `v`; undefined when it prints none. Never fails a run. */
export async function askVersion(
  run: Pick<ProgramRun, 'program' | 'args' | 'environment' | 'signal'>,
): Promise<string | undefined> {
  const { runProgram } = await import('./run-program.ts');
  try {
    const { stdout } = await runProgram({ ...run, timeoutMilliseconds });
    return /(?<!\d)\d+(?:\.\d+)+[-+.\w]*/.exec(stdout)?.[0];
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}
