import { TaskError } from '../../domain/core/errors.ts';
import { isObject } from '../../domain/core/json-object.ts';
import type { AskHelper } from '../../domain/oci/credential-helper.ts';
import { findProgram } from './build-kustomization.ts';
import { childEnvironment } from './child-environment.ts';

const patience = 30_000;

/** What helpers write when they have no login (docker-credential-helpers, credentials/error.go). */
const noLogin = /credentials not found in native keychain|no credentials server URL|no credentials username/i;

/**
 * Runs `docker-credential-<name> get` with the server on its standard input. The program comes from PATH.
 * @throws TaskError `program-missing`, `program-broke`, `timeout` or `interrupted`; no message has what it wrote
 */
export function openCredentialHelpers(context: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): AskHelper {
  return async (name, server) => {
    const { runProgram } = await import('./run-program.ts');
    const program = `docker-credential-${name}`;
    const file = await findProgram(program, context.environment['PATH'] ?? '');
    const { exitCode, stdout, stderr } = await runProgram({
      program: file,
      args: ['get'],
      input: server,
      environment: childEnvironment(context.environment, helperVariables(context.environment)),
      timeoutMilliseconds: patience,
      signal: context.signal,
    });
    if (exitCode !== 0 && noLogin.test(stdout + stderr)) return undefined;
    const found = exitCode === 0 ? parseAnswer(stdout) : undefined;
    if (found !== undefined) return found;
    throw new TaskError(
      'program-broke',
      `running ${program} get for ${server}: it gave no login (exit code ${String(exitCode)})`,
      {
        remedy: 'Run it by hand to see why, or give a login in `auths` of the Docker config.',
      },
    );
  };
}

/** All of the user's: a helper reads its own settings, such as AWS_PROFILE. */
function helperVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment);
}

function parseAnswer(text: string): Awaited<ReturnType<AskHelper>> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { Username: username, Secret: secret } = isObject(answer) ? answer : {};
  return typeof username === 'string' && typeof secret === 'string' ? { username, secret } : undefined;
}
