import yargs, { type Argv } from 'yargs';

import type { AnyTask, Param } from './define-task.ts';
import type { Flags } from './parse-input.ts';

/** Flags of every program besides its own params and workspaces. */
export interface CommonFlags {
  readonly resultsDir: string | undefined;
  readonly logFormat: 'text' | 'json';
  readonly debug: boolean;
}

export interface Invocation {
  readonly flags: Flags;
  readonly common: CommonFlags;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'invalid'; readonly message: string; readonly common: CommonFlags };

/** Parses the arguments of one task by its definition. Values are taken literally, whatever characters they hold. */
export async function parseCommandLine(task: AnyTask, args: readonly string[]): Promise<CommandLine> {
  const problems: string[] = [];
  const parser = commandParser(task).fail((message, error: unknown) => {
    problems.push(error instanceof Error ? error.message : message);
  });
  let printed = '';
  const parsed: Record<string, unknown> = await parser.parseAsync([...args], {}, (_error, _argv, output) => {
    printed = output;
  });
  const flags = Object.fromEntries(Object.entries(parsed).filter(isStringEntry));
  const common: CommonFlags = {
    resultsDir: flags['results-dir'],
    logFormat: flags['log-format'] === 'json' ? 'json' : 'text',
    debug: parsed['debug'] === true,
  };
  if (problems.length > 0) return { kind: 'invalid', message: problems.join('; '), common };
  if (printed !== '') return { kind: 'print', text: printed + '\n' };
  return { kind: 'run', invocation: { flags, common } };
}

function commandParser(task: AnyTask): Argv {
  const parser = yargs()
    .scriptName('crane-tasks')
    .usage(`crane-tasks ${task.name} [options]\n\n${task.description}`)
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'duplicate-arguments-array': false,
      'boolean-negation': false,
      'short-option-groups': false,
      'strip-aliased': true,
    })
    .strict()
    .demandCommand(0, 0)
    .exitProcess(false)
    .version(false)
    .wrap(100);
  addOptions(parser, task);
  for (const example of task.examples) parser.example(`crane-tasks ${example}`, '');
  return parser.epilogue(
    'Exit codes: 0 done and proven, 1 defect, 2 wrong input, 3 the outside refused, 4 incomplete: run again to resume.',
  );
}

function addOptions(parser: Argv, task: AnyTask): void {
  for (const [name, param] of Object.entries(task.params)) {
    parser.option(name, { type: 'string', requiresArg: true, group: 'Parameters:', describe: describeParam(param) });
  }
  for (const workspace of Object.values(task.workspaces)) {
    const fallback = workspace.defaultPath === undefined ? '' : ` [default: ${workspace.defaultPath}]`;
    const describe = workspace.description + (workspace.optional === true ? ' [optional]' : fallback);
    parser.option(workspace.flag, { type: 'string', group: 'Folders:', describe });
  }
  parser
    .option('results-dir', {
      type: 'string',
      describe: 'Folder that gets one file per result; without it results go to standard output as JSON.',
    })
    .option('log-format', {
      type: 'string',
      choices: ['text', 'json'],
      describe: 'Log lines for people or for programs.',
    })
    .option('debug', { type: 'boolean', describe: 'Log every request.' });
}

function describeParam(param: Param): string {
  const fallback = param.default === undefined ? ' [required]' : ` [default: ${JSON.stringify(param.default)}]`;
  const choices = param.type === 'string' && param.choices !== undefined ? ` [${param.choices.join(', ')}]` : '';
  return param.description + choices + fallback;
}

function isStringEntry(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
