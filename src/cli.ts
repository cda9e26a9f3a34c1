import { resolve } from 'node:path';

import { openFolder } from './adapters/files/local-folder.ts';
import { closestTo } from './domain/core/closest.ts';
import { messageOf } from './domain/core/errors.ts';
import { Redactor } from './domain/core/secret.ts';
import { formatOfLog, parseCommandLine, type CommonFlags } from './runtime/command-line.ts';
import { completeOption, startingWith } from './runtime/complete.ts';
import type { AnyTask } from './runtime/define-task.ts';
import { formatOverview, helpColumns } from './runtime/format-overview.ts';
import { createLog, type ProgramLog } from './runtime/log.ts';
import { ownProcess, signalOfTermination } from './runtime/process.ts';
import { refuseTask, runTask, type Host } from './runtime/run-task.ts';
import { refuseNode, version } from './runtime/version.ts';
import { commandsOf, findTask } from './tasks/index.ts';
import { catalog } from './tasks/shared/catalog.ts';

const exitWrongInput = 2;
const exitMissingProgram = 3;

interface Found {
  readonly load: () => Promise<AnyTask>;
  /** The arguments after the name of the task. */
  readonly rest: readonly string[];
}

/** `crane-tasks <task> [options]`: finds the task, runs it, gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const unfit = refuseNode(ownProcess.nodeVersion);
  if (unfit !== undefined) return refuse(unfit, exitMissingProgram);
  const [name = '--help', ...rest] = args;
  switch (name) {
    case '--help':
    case '-h':
      return print(formatOverview(catalog, helpColumns(ownProcess.columns())));
    case '--version':
    case '-v':
    case 'version':
      return print(`crane-tasks ${version}\n`);
    case 'help':
      return main([...rest, '--help']);
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
  if (found === undefined) return refuse(explainUnknown(args[0] ?? ''), exitWrongInput);
  const task = await found.load();
  const line = parseCommandLine(task, found.rest);
  switch (line.kind) {
    case 'help': {
      const { formatHelp } = await import('./runtime/format-help.ts');
      return print(await formatHelp(task, helpColumns(ownProcess.columns())));
    }
    case 'invalid':
      return refuseTask(task, line.message, hostOf(line.common));
    case 'run':
      return runTask(task, line.flags, hostOf(line.common));
  }
}

/** The longest name wins: `crane-transform optionals` is another task than `crane-transform`. */
function find(args: readonly string[]): Found | undefined {
  for (const words of [2, 1]) {
    const load = args.length < words ? undefined : findTask(args.slice(0, words).join(' '));
    if (load !== undefined) return { load, rest: args.slice(words) };
  }
  return undefined;
}

function visibleCommands(): readonly string[] {
  return [...catalog.filter(({ internal }) => !internal).flatMap(commandsOf), 'help', 'version', 'completion'];
}

function explainUnknown(name: string): string {
  const isOption = name.startsWith('-');
  const near = closestTo(name, isOption ? ['--help', '--version'] : visibleCommands());
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `unknown ${isOption ? 'option' : 'task'} ${JSON.stringify(name)}.${hint} Run 'crane-tasks --help' for the list.`;
}

async function printScript(shell: string): Promise<number> {
  const { completionScripts } = await import('./runtime/completion-scripts.ts');
  const script = completionScripts[shell];
  if (script !== undefined) return print(script);
  return refuse(`completion: expected bash, zsh or fish, got ${JSON.stringify(shell)}`, exitWrongInput);
}

/** Prints what the last word may become, a candidate on each line, for the scripts of `completion`. */
async function complete(words: readonly string[]): Promise<number> {
  const [word = '', ...before] = words.toReversed();
  const candidates = await candidatesFor(word, before.reverse());
  return print(candidates.map((candidate) => `${candidate}\n`).join(''));
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

function refuse(message: string, exitCode: number): number {
  ownLog({ logFormat: formatOfLog(ownProcess.args()), debug: false }).end('error', `crane-tasks: ${message}`);
  return exitCode;
}

function ownLog({ logFormat, debug }: Pick<CommonFlags, 'logFormat' | 'debug'>): ProgramLog {
  const redactor = new Redactor();
  return createLog({ format: logFormat, debug, stream: ownProcess.stderr, now: Date.now, redactor });
}

function hostOf(common: CommonFlags): Host {
  const log = ownLog(common);
  return {
    log,
    signal: signalOfTermination((text) => {
      log.end('error', `crane-tasks: ${text}`);
    }),
    environment: ownProcess.environment(),
    now: Date.now,
    version,
    nodeVersion: ownProcess.nodeVersion,
    resultsFolder: common.resultsDir === undefined ? undefined : openFolder(resolve(common.resultsDir)),
    output: common.output,
    openFolder,
    stdout: ownProcess.stdout,
    end: log.end,
  };
}

try {
  ownProcess.setExitCode(await main(ownProcess.args()));
} catch (error) {
  ownProcess.setExitCode(refuse(`unexpected error: ${messageOf(error)}`, 1));
}
