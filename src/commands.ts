import { resolve } from 'node:path';

import { closestTo } from './domain/core/closest.ts';
import { ownValue } from './domain/core/json-object.ts';
import { Redactor } from './domain/core/secret.ts';
import { parseCommandLine, type CommonFlags } from './runtime/command-line.ts';
import { completeOption, startingWith } from './runtime/complete.ts';
import { helpColumns } from './runtime/format-overview.ts';
import { checkFormat, chooseFormat, createLog, printFailure } from './runtime/log.ts';
import { ownProcess, signalOfTermination } from './runtime/process.ts';
import type { Host } from './runtime/run-task.ts';
import { version } from './runtime/version.ts';
import { commandsOf, findTask } from './tasks/index.ts';
import { catalog } from './tasks/shared/catalog.ts';

const exitWrongInput = 2;

/** Runs everything but the overview and the version. Modules are loaded when a command needs them. */
export function runCommand(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  switch (name) {
    case 'help':
      return runFound([...rest, '--help']);
    case 'completion':
      return printScript(rest[0] ?? '');
    case '__complete':
      return complete(rest);
    default:
      return runFound(args);
  }
}

async function runFound(args: readonly string[]): Promise<number> {
  const found = find(args);
  if (found === undefined) return refuse(explainUnknown(args));
  const problem = checkFormat(ownProcess.environment());
  if (problem !== undefined) return refuse(problem);
  const task = await found.load();
  const line = parseCommandLine(task, found.rest);
  switch (line.kind) {
    case 'help': {
      const { formatHelp } = await import('./runtime/format-help.ts');
      return print(await formatHelp(task, helpColumns(ownProcess.columns())));
    }
    case 'invalid': {
      const { refuseTask } = await import('./runtime/run-task.ts');
      return refuseTask(task, line.message, await hostOf(line.common));
    }
    case 'run': {
      const { runTask } = await import('./runtime/run-task.ts');
      return runTask(task, line.flags, await hostOf(line.common));
    }
  }
}

/** The longest name wins: `crane-transform optionals` is another task than `crane-transform`. */
function find(args: readonly string[]) {
  for (const words of [3, 2, 1]) {
    const load = args.length < words ? undefined : findTask(args.slice(0, words).join(' '));
    if (load !== undefined) return { load, rest: args.slice(words) };
  }
  return undefined;
}

function visibleCommands(): readonly string[] {
  return [...catalog.filter(({ internal }) => !internal).flatMap(commandsOf), 'help', 'version', 'completion'];
}

function explainUnknown([first = '', second]: readonly string[]): string {
  // `app` alone is not a command, only the first word of some.
  const isGroup = visibleCommands().some((command) => command.startsWith(`${first} `));
  const name = isGroup && second !== undefined && !second.startsWith('-') ? `${first} ${second}` : first;
  const isOption = name.startsWith('-');
  const near = closestTo(name, isOption ? ['--help', '--version'] : visibleCommands());
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `unknown ${isOption ? 'option' : 'task'} ${JSON.stringify(name)}.${hint} Run 'crane-tasks --help' for the list.`;
}

async function printScript(shell: string): Promise<number> {
  const { completionScripts } = await import('./runtime/completion-scripts.ts');
  const script = ownValue(completionScripts, shell);
  if (script !== undefined) return print(script);
  return refuse(`completion: expected bash, zsh or fish, got ${JSON.stringify(shell)}`);
}

/** Prints what the last word may become, a candidate on each line, for the scripts of `completion`. */
async function complete(words: readonly string[]): Promise<number> {
  const [word = '', ...before] = words.toReversed();
  const candidates = await candidatesFor(word, before.reverse());
  print(candidates.map((candidate) => `${candidate}\n`).join(''));
  return ownProcess.exit(0);
}

async function candidatesFor(word: string, before: readonly string[]): Promise<readonly string[]> {
  const [first, ...more] = before;
  if (first === undefined || (first === 'help' && more.length === 0)) return startingWith(word, visibleCommands());
  if (first === 'completion' && more.length === 0) return startingWith(word, ['bash', 'zsh', 'fish']);
  const found = find(before);
  if (found === undefined) return [];
  const { openValueSources } = await import('./tasks/shared/complete-values.ts');
  const typed = { task: await found.load(), before: found.rest, word };
  return completeOption(typed, openValueSources(ownProcess.environment()));
}

function print(text: string): number {
  ownProcess.stdout(text);
  return 0;
}

function refuse(message: string): number {
  const { stderr: stream } = ownProcess;
  return printFailure(message, {
    args: ownProcess.args(),
    environment: ownProcess.environment(),
    stream,
    exitCode: exitWrongInput,
  });
}

async function hostOf({ logFormat, debug, resultsDir, output }: CommonFlags): Promise<Host> {
  const { openFolder, openPublicFolder } = await import('./adapters/files/local-folder.ts');
  const { stderr: stream } = ownProcess;
  const format = chooseFormat(logFormat, ownProcess.environment());
  const log = createLog({ format, debug, stream, now: Date.now, redactor: new Redactor() });
  return {
    log,
    signal: signalOfTermination((text) => log.end('error', `crane-tasks: ${text}`)),
    environment: ownProcess.environment(),
    now: Date.now,
    version,
    nodeVersion: ownProcess.nodeVersion,
    // Steps of one Task can have different users, and Tekton reads all results in each step.
    resultsFolder: resultsDir === undefined ? undefined : openPublicFolder(resolve(resultsDir)),
    output,
    openFolder,
    findTask,
    stdout: (text) => {
      log.clearLive();
      ownProcess.stdout(text);
    },
    end: log.end,
  };
}
