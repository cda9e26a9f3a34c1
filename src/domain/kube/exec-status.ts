import type { ErrorCode } from '../core/errors.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { parseJson } from '../core/parse-json.ts';

/** Why a command did not run. */
export interface ExecFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Reads the status with which a server ends the exec of a command: a Kubernetes Status, with the exit code among its
 * causes.
 * @returns the exit code, or why there is none
 */
export function parseExecStatus(text: string): number | ExecFailure {
  const status = parseJson(text);
  if (stringAt(status, 'status') === 'Success') return 0;
  const causes = arrayAt(valueAt(status, 'details'), 'causes');
  const exit = stringAt(
    causes.find((cause) => stringAt(cause, 'reason') === 'ExitCode'),
    'message',
  );
  if (exit !== undefined && /^\d{1,3}$/.test(exit)) return Number(exit);
  const message = stringAt(status, 'message') ?? 'invalid status of the command';
  if (/executable file not found|no such file or directory/.test(message)) {
    return { code: 'program-missing', message, remedy: 'Mount the claims here, or use a container that has it.' };
  }
  return { code: 'unreachable', message, remedy: 'Check that the container runs, then run again.' };
}
