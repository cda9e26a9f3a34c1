import { ownValue } from '../domain/core/own-value.ts';
import { optionsOf, type CommandTask, type Option } from './options.ts';

/** What a kubeconfig and its clusters know. Each answers soon, and with nothing when it cannot find out. */
export interface ValueSources {
  readonly contexts: (kubeconfig: string) => Promise<readonly string[]>;
  readonly namespaces: (kubeconfig: string, context: string) => Promise<readonly string[]>;
}

/** A word that is typed after the options of a task before it. */
export interface TypedWord {
  readonly task: CommandTask;
  readonly before: readonly string[];
  readonly word: string;
}

/** What may follow the start of a word: options, or values of the option that the word or the word before names. */
export async function completeOption(typed: TypedWord, sources: ValueSources): Promise<readonly string[]> {
  const { task, before, word } = typed;
  const options = optionsOf(task);
  const [, inline = '', assignment] = /^(-[^=]*)=([^]*)$/.exec(word) ?? [];
  const values = (name: string, start: string): Promise<readonly string[]> =>
    valuesOf(findOption(options, name), { ...typed, word: start }, sources);
  if (assignment !== undefined) return (await values(inline, assignment)).map((value) => `${inline}=${value}`);
  const previous = findOption(options, before.at(-1) ?? '');
  if (previous !== undefined && previous.bare === undefined && !word.startsWith('-'))
    return values(`--${previous.name}`, word);
  const given = new Set(before.map((arg) => findOption(options, arg.replace(/=[^]*$/, ''))));
  const open = options.filter((option) => option.list || !given.has(option));
  return startingWith(
    word,
    open.map(({ name }) => `--${name}`),
  );
}

/** Those of the candidates that start with a word, and that a shell can read as one line. */
export function startingWith(word: string, candidates: readonly string[]): readonly string[] {
  return candidates.filter((candidate) => candidate.startsWith(word) && !/\p{Cc}/u.test(candidate));
}

function findOption(options: readonly Option[], name: string): Option | undefined {
  return options.find(
    (option) => name === `--${option.name}` || (option.short !== undefined && name === `-${option.short}`),
  );
}

async function valuesOf(
  option: Option | undefined,
  { task, before, word }: TypedWord,
  sources: ValueSources,
): Promise<readonly string[]> {
  if (option === undefined) return [];
  const { name, choices } = option;
  if (choices.length > 0) return startingWith(word, choices);
  const given = givenTexts(optionsOf(task), before);
  const kubeconfig = ownValue(given, 'kubeconfig') ?? '';
  if (/(?:^|-)context$/.test(name)) return startingWith(word, await sources.contexts(kubeconfig));
  if (!/(?:^|-)namespace$/.test(name)) return [];
  const context = ownValue(given, name.replace(/namespace$/, 'context')) ?? '';
  return startingWith(word, await sources.namespaces(kubeconfig, context));
}

function givenTexts(options: readonly Option[], args: readonly string[]): Readonly<Record<string, string>> {
  const pairs = args.flatMap((arg, index) => {
    const [, name = arg, value = args[index + 1] ?? ''] = /^([^=]*)=([^]*)$/.exec(arg) ?? [];
    const option = findOption(options, name);
    return option === undefined ? [] : [[option.name, value] as const];
  });
  return Object.fromEntries(pairs);
}
