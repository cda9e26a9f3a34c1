import { ownValue } from '../core/json-object.ts';
import { allowedEverywhere, secretRules } from './gitleaks-rules.ts';
import { createJudge, type JudgeMatch } from './judge-match.ts';
import { createPrefilter, type Pattern, type Prefilter } from './prefilter.ts';
import type { Keyword, SecretRule } from './secret-rule.ts';
import type { SecretForm } from './secret-values.ts';

/** A rule that is ready to be applied. */
export interface ReadyRule {
  readonly id: string;
  /** With the flag `g`. */
  readonly expression: RegExp;
  readonly path: RegExp | undefined;
  readonly before: number;
  readonly after: number;
  readonly specific: boolean;
  /** Bytes of windows that are read together. */
  readonly longestWindow: number;
  /** What a window costs, by the keywords for which it was made and its text. */
  readonly costOf: (keywords: number, text: string) => number;
  /** Cost of all windows in one content: time is limited for expressions that take much of it. */
  readonly mostCost: number;
  readonly judge: JudgeMatch;
}

/** What is looked for while bytes are read once. */
export interface ScanSet {
  readonly prefilter: Prefilter;
  /** What a pattern of the prefilter means: a value of a Secret that is found, or rules to try. */
  readonly meanings: readonly Meaning[];
  readonly rules: readonly ReadyRule[];
  /** Rules for which the path alone is a finding. */
  readonly pathRules: readonly { readonly id: string; readonly path: RegExp }[];
}

export interface Meaning {
  /** Rule of a Secret's value, such as `secret:db/password`. */
  readonly secret: string | undefined;
  /** Indexes of `rules`. */
  readonly rules: readonly number[];
  /** Bytes of the pattern. */
  readonly length: number;
}

/** Its form is that of any assignment: packages have hundreds of such places. */
const generalRule = 'generic-api-key';

/**
 * Prepares the rules and the values of Secrets for one reading of bytes. `general` includes the rule for keys of any kind,
 * which is for what people write: workspace files, environment and start command.
 */
export function createScanSet(forms: readonly SecretForm[], general: boolean): ScanSet {
  const used = secretRules.filter(({ id }) => general || id !== generalRule);
  const content = used.filter(({ expression }) => expression !== '');
  const rules = content.map(ready);
  const patterns = patternsOf(content);
  const values = forms.map(({ bytes, rule }) => ({
    pattern: { bytes, exact: true, tail: undefined, tailLength: 0 },
    meaning: { secret: rule, rules: [], length: bytes.length },
  }));
  const all = [...patterns, ...values];
  return {
    prefilter: createPrefilter(all.map(({ pattern }) => pattern)),
    meanings: all.map(({ meaning }) => meaning),
    rules,
    pathRules: used
      .filter(({ expression }) => expression === '')
      .map(({ id, path }) => ({ id, path: new RegExp(path) })),
  };
}

/** Windows of one rule that touch each other are read together up to this size. */
const longestWindow = 32_768;
/**
 * For the commands of curl, a window is read from each name of the program on: its options may come in any order. A byte
 * takes up to 20 ns each time, and a keyword of the general rule up to 14 µs.
 */
const curl = { longestWindow: 512, costOf: costOfCommands, mostCost: 400_000_000 };
const costlyRules: Readonly<Record<string, Pick<ReadyRule, 'longestWindow' | 'costOf' | 'mostCost'>>> = {
  'curl-auth-header': curl,
  'curl-auth-user': curl,
  [generalRule]: { longestWindow, costOf: (keywords) => keywords, mostCost: 500_000 },
};

function costOfCommands(_keywords: number, text: string): number {
  return (text.split('curl').length - 1) * text.length;
}

function ready(rule: SecretRule): ReadyRule {
  const { id, expression, path, before, after, specific } = rule;
  const limits = ownValue(costlyRules, id) ?? { longestWindow, costOf: () => 0, mostCost: Infinity };
  return {
    id,
    expression: new RegExp(expression, 'g'),
    path: path === '' ? undefined : new RegExp(path),
    before,
    after,
    specific,
    ...limits,
    judge: createJudge(rule, allowedEverywhere, id === generalRule),
  };
}

interface KnownPattern {
  readonly pattern: Pattern;
  readonly meaning: Meaning;
}

/** Several rules have the same keyword. */
function patternsOf(rules: readonly SecretRule[]): readonly KnownPattern[] {
  const found = new Map<string, { keyword: Keyword; rules: number[] }>();
  for (const [index, rule] of rules.entries()) {
    for (const keyword of rule.keywords) {
      const key = JSON.stringify(keyword);
      const known = found.get(key) ?? { keyword, rules: [] };
      known.rules.push(index);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ keyword, rules: tried }) => ({
    pattern: patternOf(keyword),
    meaning: { secret: undefined, rules: tried, length: keyword.text.length },
  }));
}

function patternOf({ text, exact, tail, tailLength }: Keyword): Pattern {
  const bytes = new TextEncoder().encode(text);
  if (tail === '') return { bytes, exact, tail: undefined, tailLength: 0 };
  const expression = new RegExp(`^(?:${tail})$`);
  const table = Uint8Array.from({ length: 256 }, (_, byte) => Number(expression.test(String.fromCharCode(byte))));
  return { bytes, exact, tail: table, tailLength };
}
