import { resolve } from 'node:path';

import { openFolder } from '../../src/adapters/files/local-folder.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { parseCommandLine, type CommonFlags } from '../../src/runtime/command-line.ts';
import { formatHelp } from '../../src/runtime/format-help.ts';
import { chooseFormat, createLog } from '../../src/runtime/log.ts';
import { refuseTask, runTask, type Host } from '../../src/runtime/run-task.ts';
import { version } from '../../src/runtime/version.ts';
import { findTask } from '../../src/tasks/index.ts';
import { assertWritten } from './documents.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProcessEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

let isRunning = false;

/**
 * Runs a task in this process as its program would: same command line, working folder and environment. Several times as
 * fast as a start of the program. One run at a time, because a process has one working folder and one environment.
 */
export async function runInProcess(
  name: string,
  args: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: Environment },
): Promise<ProcessEnd> {
  const task = await findTask(name)?.();
  if (task === undefined) throw new Error(`running a task in process: unknown task ${name}`);
  // The second of two would leave the process in a folder that its test removes, and all later tests with it.
  if (isRunning) throw new Error(`running ${name} in process: another task runs`);
  isRunning = true;
  const folder = process.cwd();
  const before = { ...process.env };
  const output = { stdout: '', stderr: '' };
  const since = Date.now();
  process.chdir(cwd);
  setEnvironment(environment);
  try {
    const line = parseCommandLine(task, args);
    if (line.kind === 'help') return { exitCode: 0, stdout: await formatHelp(task, 100), stderr: '' };
    const exitCode =
      line.kind === 'invalid'
        ? await refuseTask(task, line.message, hostFor(line.common, output))
        : await runTask(task, line.flags, hostFor(line.common, output));
    await assertWritten({ cwd, args, since });
    return { exitCode, ...output };
  } finally {
    isRunning = false;
    setEnvironment(before);
    process.chdir(folder);
  }
}

/** One variable after the other: the programs that are started inherit the real environment, which an assignment to `process.env` leaves as it is. */
function setEnvironment(environment: Environment): void {
  for (const name of Object.keys(process.env))
    if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}

function hostFor(
  { resultsDir, logFormat, debug, output: format }: CommonFlags,
  output: { stdout: string; stderr: string },
): Host {
  const stderr = (text: string): void => {
    output.stderr += text;
  };
  const log = createLog({
    format: chooseFormat(logFormat, process.env),
    debug,
    stream: { write: stderr },
    now: Date.now,
    redactor: new Redactor(),
  });
  return {
    log,
    signal: new AbortController().signal,
    environment: process.env,
    now: Date.now,
    version,
    nodeVersion: process.versions.node,
    resultsFolder: resultsDir === undefined ? undefined : openFolder(resolve(resultsDir)),
    openFolder,
    findTask,
    stdout: (text) => {
      output.stdout += text;
    },
    output: format,
    end: log.end,
  };
}
