import { parseArgs } from 'node:util';

import type { AnyTask } from './define-task.ts';
import { formatHelp } from './format-help.ts';
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

type Tokens = NonNullable<ReturnType<typeof tokensOf>>;
type OptionToken = Extract<Tokens[number], { kind: 'option' }>;
type OptionKind = 'string' | 'boolean';

const logFormats = ['text', 'json'];
const booleans = [undefined, 'true', 'false'];

/** Parses the arguments of one task by its definition. Values are taken literally, whatever characters they hold. */
export function parseCommandLine(task: AnyTask, args: readonly string[]): CommandLine {
  const kinds = optionKinds(task);
  const tokens = tokensOf(kinds, args);
  const options = tokens.filter((token) => token.kind === 'option');
  if (options.some(({ rawName }) => rawName === '--help' || rawName === '-h')) {
    return { kind: 'print', text: formatHelp(task) };
  }
  const problems = tokens.flatMap((token) => problemsOf(token, kinds));
  const flags: Flags = Object.fromEntries(options.filter(hasValue).map(({ name, value }) => [name, value]));
  const common: CommonFlags = {
    resultsDir: flags['results-dir'],
    logFormat: flags['log-format'] === 'json' ? 'json' : 'text',
    debug: isOn(options.findLast(({ name }) => name === 'debug')),
  };
  if (problems.length > 0) return { kind: 'invalid', message: problems.join('; '), common };
  return { kind: 'run', invocation: { flags, common } };
}

function optionKinds(task: AnyTask): ReadonlyMap<string, OptionKind> {
  return new Map<string, OptionKind>([
    ...Object.keys(task.params).map((name) => [name, 'string'] as const),
    ...Object.values(task.workspaces).map(({ flag }) => [flag, 'string'] as const),
    ['results-dir', 'string'],
    ['log-format', 'string'],
    ['debug', 'boolean'],
    ['help', 'boolean'],
  ]);
}

/** Not strict: its first problem would hide the others, and its advice is about words that no task takes. */
function tokensOf(kinds: ReadonlyMap<string, OptionKind>, args: readonly string[]) {
  const options = Object.fromEntries([...kinds].map(([name, type]) => [name, { type }]));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function problemsOf(token: Tokens[number], kinds: ReadonlyMap<string, OptionKind>): readonly string[] {
  if (token.kind === 'positional') return [`unexpected word ${JSON.stringify(token.value)}: options start with --`];
  if (token.kind === 'option-terminator') return [];
  const { rawName, name, value } = token;
  const kind = rawName.startsWith('--') ? kinds.get(name) : undefined;
  if (kind === undefined) return [`unknown option ${rawName}`];
  if (kind === 'boolean') return booleans.includes(value) ? [] : [`${rawName} is either true or false`];
  if (!hasValue(token)) return [`${rawName} needs a value`];
  if (!token.inlineValue && token.value.startsWith('-')) {
    return [`${rawName} needs a value, not ${token.value}; one that starts with a dash is written ${rawName}=VALUE`];
  }
  if (name === 'log-format' && !logFormats.includes(token.value))
    return [`--log-format is one of ${logFormats.join(', ')}`];
  return [];
}

function isOn(token: OptionToken | undefined): boolean {
  return token !== undefined && token.value !== 'false';
}

function hasValue(token: OptionToken): token is OptionToken & { readonly value: string } {
  return token.value !== undefined;
}
