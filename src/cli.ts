import { resolve } from 'node:path';

import { openFolder } from './adapters/files/local-folder.ts';
import { messageOf } from './domain/core/errors.ts';
import { Redactor } from './domain/core/secret.ts';
import { parseCommandLine, type CommonFlags } from './runtime/command-line.ts';
import { createLog } from './runtime/log.ts';
import { ownProcess, signalOfTermination } from './runtime/process.ts';
import { refuseTask, runTask, type Host } from './runtime/run-task.ts';
import { refuseNode, version } from './runtime/version.ts';
import { formatOverview } from './runtime/format-overview.ts';
import { findTask } from './tasks/index.ts';
import { catalog } from './tasks/shared/catalog.ts';

const exitWrongInput = 2;
const exitMissingProgram = 3;

/** `crane-tasks <task> [flags]`: finds the task, runs it, gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const unfit = refuseNode(ownProcess.nodeVersion);
  if (unfit !== undefined) return refuse(unfit, exitMissingProgram);
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    ownProcess.stdout(formatOverview(catalog));
    return 0;
  }
  if (name === '--version' || name === 'version') {
    ownProcess.stdout(`crane-tasks ${version}\n`);
    return 0;
  }
  const subcommand = findTask(args.slice(0, 2).join(' '));
  const load = subcommand ?? findTask(name);
  if (load === undefined) {
    return refuse(`no task named ${JSON.stringify(name)}. Run 'crane-tasks --help' for the list.`, exitWrongInput);
  }
  const task = await load();
  const line = parseCommandLine(task, subcommand === undefined || rest.length === 0 ? rest : rest.slice(1));
  switch (line.kind) {
    case 'print':
      ownProcess.stdout(line.text);
      return 0;
    case 'invalid':
      return refuseTask(task, line.message, hostOf(line.common));
    case 'run':
      return runTask(task, line.invocation.flags, hostOf(line.invocation.common));
  }
}

function refuse(message: string, exitCode: number): number {
  ownProcess.stderr.write(`crane-tasks: ${message}\n`);
  return exitCode;
}

function hostOf({ resultsDir, logFormat, debug }: CommonFlags): Host {
  return {
    log: createLog({
      format: logFormat,
      debug,
      stream: ownProcess.stderr,
      now: Date.now,
      redactor: new Redactor(),
    }),
    signal: signalOfTermination(),
    environment: ownProcess.environment(),
    now: Date.now,
    version,
    nodeVersion: ownProcess.nodeVersion,
    resultsFolder: resultsDir === undefined ? undefined : openFolder(resolve(resultsDir)),
    openFolder,
    stdout: ownProcess.stdout,
    stderr: (text) => ownProcess.stderr.write(text),
  };
}

try {
  ownProcess.setExitCode(await main(ownProcess.args()));
} catch (error) {
  ownProcess.stderr.write(`crane-tasks: unexpected error: ${messageOf(error)}\n`);
  ownProcess.setExitCode(1);
}
