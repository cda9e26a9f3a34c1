import { isAbsolute, join } from 'node:path';
import { isatty } from 'node:tty';

import {
  execInfo,
  faultOfExecEntry,
  interactionOf,
  readExecCredential,
  type PluginLogin,
} from '../../domain/kubeconfig/exec-plugin.ts';
import type { ClusterEntry, ExecEntry } from '../../domain/kubeconfig/kubeconfig.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { ProgramResult } from '../processes/start-program.ts';
import { yamlCodec } from '../yaml/yaml-codec.ts';
import type { Environment } from './kubeconfig-files.ts';
import { faultOfPair } from './pem.ts';

/** Without a terminal there is nothing to wait for longer. A person may have to log in with a browser first. */
const timeoutMilliseconds = 60_000;
const longestAnswer = 1024 * 1024;
const standardInput = 0;
const standardError = 2;

export interface PluginRun {
  readonly environment: Environment;
  readonly redactor: Redactor;
  /** The cluster that the credential is for, and its authority as base64 of PEM. */
  readonly cluster: ClusterEntry;
  readonly caData: string | undefined;
  /** Folder of the kubeconfig, where a relative path of a program starts. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** Whether a file descriptor is a terminal; absent: asks the system. */
  readonly isTerminal?: (descriptor: number) => boolean;
}

/**
 * Runs the program of an exec entry and takes the token or certificate of the ExecCredential that it prints, as client-go does:
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws TaskError `unauthorized`, which never quotes what the program printed; `kubeconfig-unreadable` for an entry
 * that kubectl would not run either; `interrupted`
 */
export async function runExecCredential(exec: ExecEntry, run: PluginRun): Promise<PluginLogin> {
  const doing = `getting a credential from ${JSON.stringify(exec.command)}, which the kubeconfig names`;
  const fault = faultOfExecEntry(exec);
  if (fault !== undefined) {
    throw new TaskError('kubeconfig-unreadable', `reading exec entry ${JSON.stringify(exec.command)}: ${fault}`, {
      remedy: 'Let the program that wrote this user into the kubeconfig write it again; kubectl refuses it too.',
    });
  }
  const login = readExecCredential(parseAnswer(await runProgram(exec, run, doing), doing), exec);
  if (typeof login === 'string') throw refused(doing, login);
  const unfit = login.certificate && faultOfPair(login.certificate);
  if (unfit !== undefined) throw refused(doing, unfit);
  if (login.token !== undefined) run.redactor.secret(login.token);
  if (login.certificate !== undefined) run.redactor.secret(login.certificate.key);
  return login;
}

/** client-go reads JSON and YAML. */
function parseAnswer(text: string, doing: string): unknown {
  try {
    return yamlCodec.parse(text, 'answer')[0];
  } catch {
    // The error of the parser quotes what was printed.
    throw refused(doing, 'it printed no JSON');
  }
}

async function runProgram(exec: ExecEntry, run: PluginRun, doing: string): Promise<string> {
  const { command, args, env } = exec;
  const { environment, folder, signal, isTerminal = isatty } = run;
  const interactive = interactionOf(exec, isTerminal(standardInput));
  if (interactive === 'no-terminal') {
    throw refused(doing, 'it must ask a person (interactiveMode: Always), and there is no terminal');
  }
  // Plugins read from this variable which version to answer in.
  const info = JSON.stringify(execInfo(exec, interactive, run));
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const hasPerson = interactive || isTerminal(standardError);
  // Loaded when it is needed: most kubeconfigs have no exec entries.
  const { startProgram } = await import('../processes/start-program.ts');
  const { ended } = startProgram({
    program: command.includes('/') && !isAbsolute(command) ? join(folder, command) : command,
    args,
    environment: { ...environment, ...own, KUBERNETES_EXEC_INFO: info },
    // Only the process group in the foreground may read a terminal.
    ...(interactive ? { stdin: 'inherit', leavesOthers: true } : {}),
    // It may hold a secret: a person at a terminal sees it, reports and logs do not keep it.
    stderr: isTerminal(standardError) ? 'inherit' : 'ignore',
    mostOutput: { stdout: longestAnswer, stderr: longestAnswer },
    ...(hasPerson ? {} : { timeoutMilliseconds }),
    signal,
    killDelay: 0,
  });
  const result = await ended;
  if (result.exitCode === 0) return result.stdout;
  throw errorOf(result, exec, doing);
}

function errorOf({ exitCode, cause, detail }: ProgramResult, { installHint }: ExecEntry, doing: string): TaskError {
  if (cause === 'aborted') {
    return new TaskError('interrupted', `${doing}: stopped by a signal`, { remedy: 'Run again to resume.' });
  }
  if (cause === 'too-long') return refused(doing, 'its answer is too long');
  if (cause === 'timeout') return refused(doing, `no answer within ${String(timeoutMilliseconds / 1000)} s`);
  const hint = detail === 'ENOENT' && installHint !== undefined ? `: ${JSON.stringify(installHint)}` : '';
  return refused(doing, `it failed (${exitCode === undefined ? detail : String(exitCode)})${hint}`);
}

function refused(doing: string, reason: string): TaskError {
  return new TaskError('unauthorized', `${doing}: ${reason}`, {
    remedy:
      'Run the program at a terminal to see why. Install it, log in with it, or use a kubeconfig that holds a token.',
  });
}
