import { spawn } from 'node:child_process';
import { isatty } from 'node:tty';

import type { ExecEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Redactor, Secret } from '../../domain/core/secret.ts';
import type { Environment } from './kubeconfig-files.ts';

const timeoutMilliseconds = 60_000;
const longestAnswer = 1024 * 1024;
const standardError = 2;

/**
 * Runs the program of an exec entry and takes the token of the ExecCredential that it prints, as client-go does:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws TaskError `unauthorized`; never quotes what the program printed
 */
export async function runExecCredential(
  exec: ExecEntry,
  environment: Environment,
  redactor: Redactor,
): Promise<Secret> {
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

function runProgram({ command, args, env, apiVersion }: ExecEntry, environment: Environment): Promise<string> {
  // Plugins read from this variable which version to answer in.
  const info = { kind: 'ExecCredential', apiVersion, spec: { interactive: false } };
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  // What it writes to standard error may hold a secret: a person at a terminal sees it, reports and logs do not keep it.
  const child = spawn(command, args, {
    env: { ...environment, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdio: ['ignore', 'pipe', isatty(standardError) ? 'inherit' : 'ignore'],
    timeout: timeoutMilliseconds,
    killSignal: 'SIGKILL',
  });
  let [output, isTooLong] = ['', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.length <= longestAnswer) return;
    isTooLong = true;
    child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`it failed (${error.code ?? error.message})`));
    });
    child.on('close', (exitCode, signal) => {
      if (exitCode === 0) resolve(output);
      else if (isTooLong) reject(new Error('its answer is too long'));
      else if (child.killed) reject(new Error(`no answer within ${String(timeoutMilliseconds / 1000)} s`));
      else reject(new Error(`it failed (${String(exitCode ?? signal)})`));
    });
  });
}

function refused(doing: string, reason: string): TaskError {
  return new TaskError('unauthorized', `${doing}: ${reason}`, {
    remedy:
      'Run the program at a terminal to see why. Install it, log in with it, or use a kubeconfig that holds a token.',
  });
}
