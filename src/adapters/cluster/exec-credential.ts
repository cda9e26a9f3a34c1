import { execFile } from 'node:child_process';

import type { ExecEntry } from '../../domain/clusters/kubeconfig.ts';
import { messageOf, TaskError } from '../../domain/errors.ts';
import { stringAt } from '../../domain/resources/resource.ts';
import { Secret } from '../../domain/secret.ts';
import type { Environment } from './kubeconfig-files.ts';

const timeoutMilliseconds = 60_000;

/**
 * Runs the program of an exec entry and takes the token of the ExecCredential that it prints, as client-go does:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws TaskError `unauthorized`; never quotes what the program printed
 */
export async function runExecCredential(exec: ExecEntry, environment: Environment): Promise<Secret> {
  const doing = `getting a token from ${JSON.stringify(exec.command)}, which the kubeconfig names`;
  let token: string | undefined;
  try {
    token = stringAt(JSON.parse(await runProgram(exec, environment)), 'status', 'token');
  } catch (error) {
    throw refused(doing, error instanceof SyntaxError ? 'it printed no JSON' : messageOf(error), error);
  }
  if (token === undefined || token === '') throw refused(doing, 'it gave no token');
  return new Secret(token);
}

function runProgram({ command, args, env, apiVersion }: ExecEntry, environment: Environment): Promise<string> {
  // Plugins read from this variable which version to answer in.
  const info = { kind: 'ExecCredential', apiVersion, spec: { interactive: false } };
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const options = {
    env: { ...environment, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    timeout: timeoutMilliseconds,
    killSignal: 'SIGKILL',
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.killed === true) reject(new Error(`no answer within ${String(timeoutMilliseconds / 1000)} s`));
      else reject(new Error(stderr.trim().split('\n').at(-1) || `it failed (${String(error.code)})`));
    });
    child.stdin?.end();
  });
}

function refused(doing: string, reason: string, cause?: unknown): TaskError {
  return new TaskError('unauthorized', `${doing}: ${reason}`, {
    remedy: 'Install the program, log in with it, or use a kubeconfig that holds a token.',
    cause,
  });
}
