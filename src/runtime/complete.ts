import { ownValue } from '../domain/core/json-object.ts';
import { parseArguments } from './command-line.ts';
import { optionsOf, type CommandTask, type Option } from './options.ts';

/** What a kubeconfig and its clusters know. Each answers soon, and with nothing when it cannot find out. */
export interface ValueSources {
  readonly contexts: (kubeconfig: string | undefined) => Promise<readonly string[]>;
  readonly namespaces: (kubeconfig: string | undefined, context: string | undefined) => Promise<readonly string[]>;
}

export interface TypedWord {
  readonly task: CommandTask;
  readonly before: readonly string[];
  readonly word: string;
}

/** What may follow the start of a word: options, or values of the option that the word or the word before names. */
export async function completeOption(typed: TypedWord, sources: ValueSources): Promise<readonly string[]> {
  const { task, before, word } = typed;
  const options = optionsOf(task);
  const given = parseArguments(options, before);
  const named = (arg: string): Option | undefined =>
    options.find(({ name, short = '' }) => [`--${name}`, `-${short}`].includes(arg));
  const [, inline = '', assigned] = /^(-[^=]*)=([^]*)$/.exec(word) ?? [];
  if (assigned !== undefined) {
    const values = await valuesOf(named(inline), given, sources);
    const candidates = values.map((value) => `${inline}=${value}`);
    return startingWith(word, candidates);
  }
  const previous = named(before.at(-1) ?? '');
  if (previous !== undefined && previous.bare !== true && !word.startsWith('-'))
    return startingWith(word, await valuesOf(previous, given, sources));
  const open = options.filter(({ name, list }) => list || ownValue(given, name) === undefined);
  const candidates = open.map(({ name }) => `--${name}`);
  return startingWith(word, candidates);
}

/** Those of the candidates that start with a word, and that a shell can read as one line. */
export function startingWith(word: string, candidates: readonly string[]): readonly string[] {
  return candidates.filter((candidate) => candidate.startsWith(word) && !/\p{Cc}/u.test(candidate));
}

async function valuesOf(
  option: Option | undefined,
  given: Readonly<Record<string, readonly string[]>>,
  sources: ValueSources,
): Promise<readonly string[]> {
  if (option === undefined || option.choices.length > 0) return option?.choices ?? [];
  const [, side, kind] = /^(|.*-)(context|namespace)$/.exec(option.name) ?? [];
  const kubeconfig = ownValue(given, 'kubeconfig')?.[0];
  if (kind === 'context') return sources.contexts(kubeconfig);
  if (kind === undefined || side === undefined) return [];
  return sources.namespaces(kubeconfig, ownValue(given, `${side}context`)?.[0]);
}
