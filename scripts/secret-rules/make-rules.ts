import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { parse } from 'smol-toml';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { shapeOf } from './shape.ts';
import { toJavaScript, tokenize, translate, type Token } from './translate.ts';

const module = 'github.com/zricethezav/gitleaks/v8';
const version = 'v8.30.1';
/** As `go mod download -json` prints it, and as the checksum database of Go knows it. */
const sum = 'h1:PmEvCfVI7ti9dV3s5aMZUY7sS2GxRvG3yzih7E+cS3w=';

/** Bytes around a keyword for an expression whose matches have no longest form. */
const unbounded = 4096;
/**
 * Bytes before and after a keyword, of rules whose expression says too little. A private key in PEM is a few KiB, one with
 * a certificate chain more.
 */
const reaches: Readonly<Record<string, readonly [before: number, after: number]>> = {
  'private-key': [8, 16_384],
  'curl-auth-header': [8, 504],
  'curl-auth-user': [8, 504],
  'generic-api-key': [128, 448],
  'kubernetes-secret-yaml': [1024, 1024],
  'freemius-secret-key': [64, 128],
};
/** Rules with a special form that are not recognised as such by their keywords. */
const alsoSpecific = ['private-key', 'github-app-token', 'stripe-access-token'];
/** How far from a keyword that is not part of the match: gitleaks looks in the whole file. */
const nearby = 1024;
/** An optional beginning of a match, which does not decide whether there is one. It would be tried at each place. */
const optionalStart = String.raw`[\w.-]{0,50}?`;
const optionalStartInGroup = String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?`;

/** Where the licence of the rules is in this repository. */
const licencePath = 'licenses/go/github.com/zricethezav/gitleaks/v8/LICENSE';
const rulesPath = 'src/domain/scan/gitleaks-rules.ts';

/** Downloads the rule set of gitleaks and returns the files that are made of it, by path. */
export async function makeRules(): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: '/' });
  const found: unknown = JSON.parse(stdout);
  if (stringAt(found, 'Sum') !== sum) throw new Error(`${module} ${version} has another checksum than it had`);
  const folder = stringAt(found, 'Dir') ?? '';
  const config = parse(await readFile(join(folder, 'config/gitleaks.toml'), 'utf8'));
  return new Map([
    [rulesPath, formatRules(config)],
    [licencePath, await readFile(join(folder, 'LICENSE'), 'utf8')],
  ]);
}

function formatRules(config: unknown): string {
  const rules = objectsAt(config, 'rules').map((rule) => {
    try {
      return convertRule(rule);
    } catch (error) {
      throw new Error(`translating the rule ${stringAt(rule, 'id') ?? ''}: ${String(error)}`, { cause: error });
    }
  });
  const allowed = valueAt(config, 'allowlist');
  return [
    `// Generated from config/gitleaks.toml of ${module} ${version}: run \`node scripts/secret-rules.ts\`.`,
    '// Copyright (c) 2019 Zachary Rice, licensed under the MIT licence: licenses/go/github.com/zricethezav/gitleaks/v8/LICENSE.',
    "import type { AllowedContent, SecretRule } from './secret-rule.ts';",
    '',
    '/** Version and checksum of the Go module that the rules are from. */',
    `export const rulesFrom = ${JSON.stringify({ module, version, sum })};`,
    '',
    '/** What no rule reports. */',
    `export const allowedEverywhere: AllowedContent = ${JSON.stringify(convertAllowed(isObject(allowed) ? allowed : {}))};`,
    '',
    'export const secretRules: readonly SecretRule[] = [',
    ...rules.map((rule) => `  ${JSON.stringify(rule)},`),
    '];',
    '',
  ].join('\n');
}

function objectsAt(value: unknown, key: string): readonly JsonObject[] {
  return arrayAt(value, key).filter(isObject);
}

function textsAt(value: unknown, key: string): readonly string[] {
  return arrayAt(value, key).filter((item) => typeof item === 'string');
}

function numberAt(value: unknown, key: string): number {
  const found = valueAt(value, key);
  return typeof found === 'number' ? found : 0;
}

function convertRule(rule: JsonObject): JsonObject {
  const id = stringAt(rule, 'id') ?? '';
  const path = stringAt(rule, 'path');
  const shared = { id, entropy: numberAt(rule, 'entropy'), group: numberAt(rule, 'secretGroup') };
  const allowed = objectsAt(rule, 'allowlists').map(convertAllowed);
  const rest = { path: path === undefined ? '' : translate(path), allowed };
  const source = stringAt(rule, 'regex');
  if (source === undefined)
    return { ...shared, expression: '', before: 0, after: 0, specific: false, keywords: [], ...rest };
  const tokens = tokenize(shorten(source, id));
  const names = textsAt(rule, 'keywords');
  if (names.length === 0) throw new Error('it has no keyword');
  const { contained, before, after } = reach(id, tokens, names);
  const keywords = contained.map((name) => readKeyword(name, tokens));
  const isExact = keywords.every(({ exact }) => exact) && !id.startsWith('curl-');
  const specific = isExact || alsoSpecific.includes(id);
  return { ...shared, expression: toJavaScript(tokens), before, after, specific, keywords, ...rest };
}

/** The rule for keys of any kind keeps its beginning: its allow lists look at it. */
function shorten(source: string, id: string): string {
  if (id === 'generic-api-key') return source;
  return source.replace(optionalStartInGroup, '(?i:').replace(optionalStart, '');
}

interface Reach {
  /** The keywords that matches contain, or else all. */
  readonly contained: readonly string[];
  readonly before: number;
  readonly after: number;
}

/** How many bytes before and after the start of a keyword a match can have. */
function reach(id: string, tokens: readonly Token[], names: readonly string[]): Reach {
  const { texts = [''], longest } = shapeOf(tokens);
  const most = Math.min(unbounded, longest) + 8;
  const keywords = names.map((name) => name.toLowerCase());
  const known = reaches[id];
  if (known !== undefined) return { contained: keywords, before: known[0], after: known[1] };
  const contained = keywords.filter((keyword) => texts.some((text) => text.includes(keyword)));
  if (!texts.every((text) => contained.some((keyword) => text.includes(keyword))))
    return { contained: keywords, before: most + nearby, after: most + nearby };
  const first = texts.every((text) => contained.some((keyword) => text.startsWith(keyword)));
  return { contained, before: first ? 8 : most, after: most };
}

interface Keyword {
  /** In lower case, or exactly as it is in each match. */
  readonly text: string;
  readonly exact: boolean;
  /** A class of characters, of which so many follow. */
  readonly tail: string;
  readonly tailLength: number;
}

/** What the expression says about a keyword: whether its case matters, and what follows it. */
function readKeyword(keyword: string, tokens: readonly Token[]): Keyword {
  const visible = tokens.filter(({ kind }) => kind !== 'flags');
  const places = visible.flatMap((_, at) => {
    const part = visible.slice(at, at + keyword.length);
    const letters = part.map(letterOf);
    return letters.map(({ character }) => character.toLowerCase()).join('|') === Array.from(keyword).join('|')
      ? [{ letters, rest: visible.slice(at + keyword.length) }]
      : [];
  });
  const texts = new Set(places.map(({ letters }) => letters.map(({ character }) => character).join('')));
  const exact = texts.size === 1 && places.every(({ letters }) => letters.every((letter) => letter.exact));
  const [text = keyword] = exact ? texts : [];
  const tails = places.map(({ rest }) => tailAfter(rest));
  if (tails.length === 0 || tails.includes(undefined)) return { text, exact, tail: '', tailLength: 0 };
  const known = tails.filter((tail) => tail !== undefined);
  const tailLength = Math.min(32, ...known.map(({ length }) => length));
  return { text, exact, tail: [...new Set(known.map((tail) => tail.text))].join('|'), tailLength };
}

/** A literal, or a class of one letter in both cases, as a letter. */
function letterOf({ kind, character, exact, text }: Token): { character: string; exact: boolean } {
  if (kind === 'literal') return { character, exact: exact || !/[a-z]/i.test(character) };
  const [, first = '', second = ''] = /^\[([A-Z])([a-z])\]$/.exec(text) ?? [];
  return { character: first.toLowerCase() === second ? second : '', exact: false };
}

/** A class with at least so many repetitions, directly after a keyword or in a group that holds nothing else. */
function tailAfter(rest: readonly Token[]): { text: string; length: number } | undefined {
  const [first, second, third, fourth] = rest;
  const isGroup = first?.kind === 'open';
  const [item, count] = isGroup ? [second, third] : [first, second];
  if (item?.kind !== 'class' || count?.kind !== 'quantifier' || count.least < 2) return undefined;
  if (isGroup && fourth?.kind !== 'close') return undefined;
  return { text: item.exact ? item.text : `(?i:${item.text})`, length: count.least };
}

function convertAllowed(allowed: JsonObject): JsonObject {
  const list = (key: string): readonly string[] => textsAt(allowed, key);
  return {
    target: stringAt(allowed, 'regexTarget') ?? 'secret',
    all: stringAt(allowed, 'condition') === 'AND',
    expressions: list('regexes').map(translate),
    paths: list('paths').map(translate),
    words: list('stopwords').map((word) => word.toLowerCase()),
  };
}
