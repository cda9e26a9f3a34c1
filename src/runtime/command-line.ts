import { Parser } from 'yargs/helpers';

import { toCommaList } from '../domain/core/comma-list.ts';
import { closestTo } from '../domain/core/closest.ts';
import { ownValue } from '../domain/core/own-value.ts';
import { optionsOf, type CommandTask, type Option } from './options.ts';
import type { LogFormat } from './log.ts';
import type { Flags } from './parse-input.ts';

/** Options of every program besides its own params and workspaces. */
export interface CommonFlags {
  readonly resultsDir: string | undefined;
  readonly output: 'table' | 'json';
  readonly logFormat: LogFormat;
  readonly debug: boolean;
}

export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly flags: Flags; readonly common: CommonFlags }
  | { readonly kind: 'invalid'; readonly message: string; readonly common: CommonFlags };

/** Stands for the value of an option without one. No argument of a process contains NUL. */
const noValue = '\0none';

/** A text is a text: nothing that yargs does for numbers, dots, camel case or `no-` applies to the values of params. */
const literally = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;

/** Parses the arguments of one task by its definition. Values are taken literally, whatever characters they hold. */
export function parseCommandLine(task: CommandTask, args: readonly string[]): CommandLine {
  const options = optionsOf(task);
  const given = parseArguments(options, args);
  const named = (name: string): string | undefined => textOf(ownValue(given, name));
  if (named('help') !== undefined) return { kind: 'help' };
  const problems = [
    ...problemsOfWords(given['_']),
    ...unknownOptions(options, given, args),
    ...options.flatMap((option) => problemsOf(option, valuesOf(given, option))),
  ];
  const flags = Object.fromEntries(options.map((option) => [option.name, flagOf(option, valuesOf(given, option))]));
  const common: CommonFlags = {
    resultsDir: named('results-dir'),
    output: task.params['output'] === undefined && named('output') === 'json' ? 'json' : 'table',
    logFormat: formatOfLog(args),
    debug: [noValue, 'true'].includes(named('debug') ?? ''),
  };
  return problems.length > 0
    ? { kind: 'invalid', message: problems.join('; '), common }
    : { kind: 'run', flags, common };
}

/** The format that the arguments ask for, valid or not: the message about an invalid one has it too. */
export function formatOfLog(args: readonly string[]): LogFormat {
  const asks = (arg: string, index: number): boolean =>
    arg === '--log-format=json' || (arg === '--log-format' && args[index + 1] === 'json');
  return args.some(asks) ? 'json' : 'text';
}

/** Values by option; an option without a value has `noValue`, one that is not given is absent. */
function parseArguments(options: readonly Option[], args: readonly string[]): Readonly<Record<string, unknown>> {
  const names = options.map(({ name }) => name);
  const alias = Object.fromEntries(options.flatMap(({ name, short }) => (short === undefined ? [] : [[name, short]])));
  // yargs removes one pair of quotes from the value in `--name=value`, which the shell did already.
  const quoted = args.map((arg) => arg.replace(/^(-[^=]*=)([^]*)$/, '$1"$2"'));
  const given: Readonly<Record<string, unknown>> = Parser(quoted, {
    string: names,
    alias,
    default: Object.fromEntries(names.map((name) => [name, noValue])),
    configuration: literally,
  });
  const isGiven = ({ name, short }: Option): boolean =>
    given[name] !== noValue || args.includes(`--${name}`) || (short !== undefined && args.includes(`-${short}`));
  const absent = new Set(options.filter((option) => !isGiven(option)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !absent.has(name)));
}

function valuesOf(given: Readonly<Record<string, unknown>>, { name }: Option): readonly string[] {
  const value = ownValue(given, name);
  return value === undefined ? [] : [value].flat().map(String);
}

/** A list may be given in parts; of all other options the problem is reported before the value is used. */
function flagOf({ list }: Option, values: readonly string[]): string | undefined {
  return list && values.length > 1 ? values.map((value) => toCommaList(value) ?? value).join(',') : values[0];
}

function problemsOf({ name, list, choices, group, bare }: Option, values: readonly string[]): readonly string[] {
  if (values.length > 1 && !list) return [`--${name} is given ${String(values.length)} times`];
  return values.flatMap((value) => {
    if (value === noValue)
      return bare === undefined
        ? [`--${name} needs a value; one that starts with a dash is written --${name}=VALUE`]
        : [];
    // Those of params are checked with their types.
    const isValid = group !== 'Options' || choices.length === 0 || choices.includes(value);
    return isValid ? [] : [`--${name}: expected ${choices.join(' or ')}, got ${JSON.stringify(value)}`];
  });
}

function problemsOfWords(words: unknown): readonly string[] {
  return [words].flat().map((word) => `unexpected word ${JSON.stringify(word)}: options start with --`);
}

/** Options that no task has, and names after a single dash, which yargs would accept. */
function unknownOptions(options: readonly Option[], given: object, args: readonly string[]): readonly string[] {
  const known = new Set(['_', ...options.map(({ name }) => name)]);
  const end = args.indexOf('--');
  const written = args.slice(0, end === -1 ? args.length : end).map((arg) => arg.replace(/=[^]*$/, ''));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  const raw = unknown.map((name) => written.find((arg) => arg.replace(/^--?/, '') === name) ?? `--${name}`);
  const dashed = written.filter((arg) => /^-[a-z][^]/.test(arg) && known.has(arg.slice(1)));
  return [...raw, ...dashed].map((name) => {
    const near = closestTo(
      name.replace(/^-+/, ''),
      options.map((option) => option.name),
    );
    return `unknown option ${name}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
  });
}

function textOf(value: unknown): string | undefined {
  const last = [value].flat().at(-1);
  return typeof last === 'string' ? last : undefined;
}
