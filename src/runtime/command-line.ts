import { Parser } from 'yargs/helpers';

import { formatTextList, parseTextList, toCommaList } from '../domain/core/comma-list.ts';
import { closestTo } from '../domain/core/closest.ts';
import { ownValue } from '../domain/core/json-object.ts';
import { optionsOf, type CommandTask, type Option } from './options.ts';
import type { LogFormat } from './log.ts';
import type { Flags } from './parse-input.ts';

export interface CommonFlags {
  readonly resultsDir: string | undefined;
  readonly output: 'table' | 'json';
  /** Undefined when no option names it. */
  readonly logFormat: LogFormat | undefined;
  readonly debug: boolean;
}

export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly flags: Flags; readonly common: CommonFlags }
  | { readonly kind: 'invalid'; readonly message: string; readonly common: CommonFlags };

/** A text is a text: nothing that yargs does for numbers, dots, camel case or `no-` applies to the values of params. */
const literally = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;

/** Texts by name of the option: none for an option without a value, several for one that is repeated. `_` are words. */
type Given = Readonly<Record<string, readonly string[]>>;

/** Parses the arguments of one task by its definition. Values are taken literally, whatever characters they hold. */
export function parseCommandLine(task: CommandTask, args: readonly string[]): CommandLine {
  const options = optionsOf(task);
  const given = fillWords(options, parseArguments(options, args));
  if (given['help'] !== undefined) return { kind: 'help' };
  const problems = [
    ...(given['_'] ?? []).map((word) => `unexpected word ${JSON.stringify(word)}: options start with --`),
    ...unknownOptions(options, given, args),
    ...options.flatMap((option) => problemsOf(option, ownValue(given, option.name))),
  ];
  const flags = Object.fromEntries(
    options.map((option) => [option.name, joinList(option, ownValue(given, option.name))]),
  );
  const common: CommonFlags = {
    resultsDir: flags['results-dir'],
    output: task.params['output'] === undefined && flags['output'] === 'json' ? 'json' : 'table',
    logFormat: logFormatOf(given),
    debug: given['debug'] !== undefined && flags['debug'] !== 'false',
  };
  if (problems.length > 0) return { kind: 'invalid', message: problems.join('; '), common };
  return { kind: 'run', flags, common };
}

function logFormatOf(given: Given): LogFormat | undefined {
  const format = given['log-format'];
  if (format === undefined) return undefined;
  return format.includes('json') ? 'json' : 'text';
}

/** Reads arguments as options with their values; nothing is checked. */
export function parseArguments(options: readonly Option[], args: readonly string[]): Given {
  const names = options.map(({ name }) => name);
  const alias = Object.fromEntries(options.map(({ name, short }) => [name, short === undefined ? [] : [short]]));
  // yargs removes a pair of quotes from the value in `--name=value`, which the shell did already.
  const quoted = args.map((arg) => arg.replace(/^(-[^=]*=)([^]*)$/, '$1"$2"'));
  const given: Readonly<Record<string, unknown>> = Parser(quoted, {
    string: names,
    array: names,
    alias,
    configuration: literally,
  });
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().map(String)]));
}

/** Gives words to the options that take one, in order. */
function fillWords(options: readonly Option[], given: Given): Given {
  const words = [...(given['_'] ?? [])];
  const open = options.filter(({ word, name }) => word === true && ownValue(given, name) === undefined);
  const filled = open.flatMap(({ name }) =>
    words.splice(0, 1).map((word): [string, readonly string[]] => [name, [word]]),
  );
  return { ...given, ...Object.fromEntries(filled), _: words };
}

/** A list may be given in parts. */
function joinList({ allowsCommas }: Option, values: readonly string[] = []): string | undefined {
  if (values.length > 1 && allowsCommas === true) return formatTextList(values.flatMap(parseTextList));
  return values.length > 1 ? values.map((value) => toCommaList(value) ?? value).join(',') : values[0];
}

/** Values of params are checked with their types. */
function problemsOf({ name, list, choices, group, bare }: Option, values: readonly string[] = ['']): readonly string[] {
  if (values.length > 1 && !list) return [`--${name} is given ${String(values.length)} times`];
  const [value] = values;
  if (value === undefined && bare !== true)
    return [`--${name} needs a value; one that starts with a dash is written --${name}=VALUE`];
  const isValid = group !== 'Options' || !value || choices.length === 0 || choices.includes(value);
  return isValid ? [] : [`--${name}: expected ${choices.join(' or ')}, got ${JSON.stringify(value)}`];
}

/** Options that no task has, and names after a single dash, which yargs would accept. */
function unknownOptions(options: readonly Option[], given: Given, args: readonly string[]): readonly string[] {
  const names = options.map(({ name }) => name);
  const end = args.indexOf('--');
  const written = args.slice(0, end === -1 ? args.length : end).map((arg) => arg.split('=', 1).join());
  const unknown = Object.keys(given).filter((name) => name !== '_' && !names.includes(name));
  const raw = unknown.map((name) => written.find((arg) => arg.replace(/^--?/, '') === name) ?? `--${name}`);
  const dashed = written.filter((arg) => arg.startsWith('-') && names.includes(arg.slice(1)));
  return [...raw, ...dashed].map((name) => {
    const near = closestTo(name.replace(/^-+/, ''), names);
    return `unknown option ${name}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
  });
}
