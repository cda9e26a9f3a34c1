import { isatty } from 'node:tty';

import type { ExecEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Environment } from './kubeconfig-files.ts';

const timeoutMilliseconds = 60_000;
const longestAnswer = 1024 * 1024;
const standardError = 2;

/**
 * Runs the program of an exec entry and takes the token of the ExecCredential that it prints, as client-go does:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws TaskError `unauthorized`; never quotes what the program printed
 */
export async function runExecCredential(exec: ExecEntry, environment: Environment, redactor: Redactor) {
  const doing = `getting a token from ${JSON.stringify(exec.command)}, which the kubeconfig names`;
  let token: string | undefined;
  try {
    token = stringAt(JSON.parse(await runProgram(exec, environment)), 'status', 'token');
  } catch (error) {
    // The error of the parser quotes what was printed.
    throw refused(doing, error instanceof SyntaxError ? 'it printed no JSON' : messageOf(error));
  }
  if (token === undefined || token === '') throw refused(doing, 'it gave no token');
  return redactor.secret(token);
}

async function runProgram({ command, args, env, apiVersion }: ExecEntry, environment: Environment): Promise<string> {
  // Plugins read from this variable which version to answer in.
  const info = { kind: 'ExecCredential', apiVersion, spec: { interactive: false } };
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  // Loaded when it is needed: most kubeconfigs have no exec entries.
  const { startProgram } = await import('../processes/start-program.ts');
  const { ended } = startProgram({
    program: command,
    args,
    environment: { ...environment, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    // It may hold a secret: a person at a terminal sees it, reports and logs do not keep it.
    stderr: isatty(standardError) ? 'inherit' : 'ignore',
    mostOutput: { stdout: longestAnswer, stderr: longestAnswer },
    timeoutMilliseconds,
    killDelay: 0,
  });
  const { exitCode, stdout, cause, detail } = await ended;
  if (exitCode === 0) return stdout;
  if (cause === 'too-long') throw new Error('its answer is too long');
  if (cause === 'timeout') throw new Error(`no answer within ${String(timeoutMilliseconds / 1000)} s`);
  throw new Error(`it failed (${exitCode === undefined ? detail : String(exitCode)})`);
}

function refused(doing: string, reason: string): TaskError {
  return new TaskError('unauthorized', `${doing}: ${reason}`, {
    remedy:
      'Run the program at a terminal to see why. Install it, log in with it, or use a kubeconfig that holds a token.',
  });
}
