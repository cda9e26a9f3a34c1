import { openCredentialHelpers } from '../../adapters/processes/credential-helper.ts';
import type { LoginReading } from '../../adapters/registry/logins.ts';
import type { TaskContext } from '../../runtime/define-task.ts';

/** How a task reads the workspace with registry logins. */
export function loginReading(context: TaskContext): LoginReading {
  return { redactor: context.log.redactor, askHelper: openCredentialHelpers(context) };
}
