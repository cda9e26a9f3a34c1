import type { AllowedContent, SecretRule } from './secret-rule.ts';

/** Reads a match of a rule. */
export type JudgeMatch = (match: RegExpExecArray, path: string) => string | undefined;

interface Allowed {
  readonly target: string;
  readonly all: boolean;
  readonly expressions: readonly RegExp[];
  readonly paths: readonly RegExp[];
  readonly words: readonly string[];
}

/**
 * Makes the function that returns the value of a match, or undefined when gitleaks does not report it: its characters vary
 * too little, or its allow lists name it. The paths of the list for all rules apply only when `pathsOfAll` says so: they
 * name whole folders of packages, which would be left out without a word.
 */
export function createJudge(rule: SecretRule, ofAll: AllowedContent, pathsOfAll: boolean): JudgeMatch {
  const lists = [...rule.allowed, pathsOfAll ? ofAll : withoutPaths(ofAll)].map(prepare);
  return (match, path) => {
    const value = valueOf(match, rule.group);
    if (rule.entropy > 0 && entropyOf(value) <= rule.entropy) return undefined;
    return lists.some((list) => isAllowed(list, { value, match, path })) ? undefined : value;
  };
}

function withoutPaths(list: AllowedContent): AllowedContent {
  const { target, all, expressions, words } = list;
  return { target, all, expressions, words, paths: [] };
}

function prepare({ target, all, expressions, paths, words }: AllowedContent): Allowed {
  const compile = (source: string): RegExp => new RegExp(source);
  return { target, all, words, expressions: expressions.map(compile), paths: paths.map(compile) };
}

function valueOf(match: RegExpExecArray, group: number): string {
  if (group > 0) return match[group] ?? '';
  return match.slice(1).find((part: string | undefined) => part !== undefined && part !== '') ?? match[0];
}

interface Candidate {
  readonly value: string;
  readonly match: RegExpExecArray;
  readonly path: string;
}

function isAllowed(list: Allowed, { value, match, path }: Candidate): boolean {
  const byPath = list.paths.some((expression) => expression.test(path));
  const text = list.target === 'match' ? match[0] : list.target === 'line' ? linesOf(match) : value;
  const byContent = list.expressions.some((expression) => expression.test(text));
  if (list.all) return byPath && byContent;
  const lower = value.toLowerCase();
  return byPath || byContent || list.words.some((word) => lower.includes(word));
}

/** The match with the rest of its first and last line. */
function linesOf(match: RegExpExecArray): string {
  const { index, input } = match;
  const from = input.lastIndexOf('\n', index - 1) + 1;
  const to = input.indexOf('\n', index + match[0].length);
  return input.slice(index === 0 ? 0 : from, to === -1 ? undefined : to);
}

/** Shannon entropy in bits for each character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}
