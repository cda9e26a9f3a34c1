import { TaskError } from '../core/errors.ts';

/** Values of environment variables by their names. */
export type BuildEnvironment = ReadonlyMap<string, string>;

/** Names of variables. They become names of files. */
const namePattern = /^[A-Za-z_][\w.-]*$/;

/** @throws TaskError `invalid-param` */
export function checkVariableName(name: string): void {
  // A text that is not a name can be part of a value.
  if (!namePattern.test(name))
    throw invalid('the name of a variable has other characters than letters, digits and ._-');
}

function invalid(what: string): TaskError {
  return new TaskError('invalid-param', `reading the environment of the build: ${what}`, {
    remedy: 'Begin the name with a letter or an underscore.',
  });
}
