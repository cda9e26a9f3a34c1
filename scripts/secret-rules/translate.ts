/** A part of a regular expression of Go, with what it is in JavaScript. */
export interface Token {
  readonly kind: 'literal' | 'class' | 'open' | 'close' | 'or' | 'quantifier' | 'anchor' | 'flags';
  /** In JavaScript. */
  readonly text: string;
  /** Of a literal: its character. */
  readonly character: string;
  /** Whether the case of letters matters. */
  readonly exact: boolean;
  /** Of a quantifier: the least and the most repetitions. */
  readonly least: number;
  readonly most: number;
}

/** https://github.com/google/re2/wiki/Syntax: what POSIX classes hold. */
const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** Go's `\s` has neither the vertical tab nor the spaces of Unicode. */
const space = String.raw`\t\n\f\r `;
const escapes = /^\\(?:[dDwWnrtfvbB]|x[\da-fA-F]{2}|[^A-Za-z0-9])/;

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

/** Splits a regular expression of Go (RE2 syntax) into tokens. Throws for syntax that has no translation here. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const outer: Flags[] = [];
  let flags: Flags = { ignoreCase: false, dotAll: false };
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const found = nextToken(rest, flags);
    if (found.token.kind === 'open') outer.push(flags);
    if (found.token.kind === 'close') flags = outer.pop() ?? flags;
    else flags = found.flags;
    tokens.push(found.token);
    at += found.length;
  }
  return tokens;
}

interface Found {
  readonly token: Token;
  readonly length: number;
  readonly flags: Flags;
}

function nextToken(rest: string, flags: Flags): Found {
  const make = (kind: Token['kind'], length: number, more: Partial<Token> = {}): Found => {
    const base = { kind, text: rest.slice(0, length), character: '', exact: !flags.ignoreCase, least: 1, most: 1 };
    return { token: { ...base, ...more }, length, flags };
  };
  const group = /^\((?:\?(?:P?<\w+>|([is]*)(?:-([is]+))?([:)])))?/.exec(rest);
  if (group !== null) return readGroup(rest, group, flags);
  const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(rest);
  if (quantifier !== null) return make('quantifier', quantifier[0].length, bounds(quantifier));
  const [first = ''] = rest;
  if (first === ')') return make('close', 1);
  if (first === '|') return make('or', 1);
  if (first === '^' || first === '$') return make('anchor', 1);
  if (first === '.') return make('class', 1, { text: flags.dotAll ? '[^]' : '.' });
  if (first === '[') return readClass(rest, make);
  if (first === '\\') return readEscape(rest, make);
  return make('literal', 1, { character: first });
}

function bounds([text, least, comma, most]: RegExpExecArray): Partial<Token> {
  if (least === undefined) return { least: text.startsWith('+') ? 1 : 0, most: text.startsWith('?') ? 1 : Infinity };
  const low = Number(least);
  return { least: low, most: comma === undefined ? low : most === '' ? Infinity : Number(most) };
}

function readGroup(rest: string, [text, on, off, end]: RegExpExecArray, flags: Flags): Found {
  if (rest.startsWith('(?') && text === '(') throw new Error(`no translation for ${rest.slice(0, 8)}`);
  const changed: Flags = {
    ignoreCase: (flags.ignoreCase || on?.includes('i') === true) && off?.includes('i') !== true,
    dotAll: (flags.dotAll || on?.includes('s') === true) && off?.includes('s') !== true,
  };
  const base = { character: '', exact: !changed.ignoreCase, least: 1, most: 1 };
  const modifier = changed.ignoreCase ? '(?i:' : '(?-i:';
  if (end === ')') return { token: { ...base, kind: 'flags', text: modifier }, length: text.length, flags: changed };
  const sameCase = changed.ignoreCase === flags.ignoreCase;
  const js = end === undefined ? '(' : sameCase ? '(?:' : modifier;
  return { token: { ...base, kind: 'open', text: js }, length: text.length, flags: changed };
}

type Make = (kind: Token['kind'], length: number, more?: Partial<Token>) => Found;

function readEscape(rest: string, make: Make): Found {
  if (rest.startsWith(String.raw`\z`)) return make('anchor', 2, { text: '$' });
  if (rest.startsWith(String.raw`\A`)) return make('anchor', 2, { text: '^' });
  if (rest.startsWith(String.raw`\s`)) return make('class', 2, { text: `[${space}]` });
  if (rest.startsWith(String.raw`\S`)) return make('class', 2, { text: `[^${space}]` });
  const [text] = escapes.exec(rest) ?? [];
  if (text === undefined) throw new Error(`no translation for ${rest.slice(0, 4)}`);
  if (/^\\[bB]/.test(text)) return make('anchor', 2);
  if (/^\\[dDwW]/.test(text)) return make('class', 2);
  if (text.startsWith(String.raw`\x`))
    return make('literal', 4, { character: String.fromCharCode(Number.parseInt(text.slice(2), 16)) });
  const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' };
  const named = text.slice(1);
  return make('literal', text.length, { character: controls[named] ?? named });
}

function readClass(rest: string, make: Make): Found {
  let at = rest.startsWith('[^') ? 2 : 1;
  let text = rest.slice(0, at);
  for (let isFirst = true; isFirst || rest[at] !== ']'; isFirst = false) {
    if (at >= rest.length) throw new Error('a class has no end');
    const posix = /^\[:(\w+):\]/.exec(rest.slice(at));
    const part = posix?.[0] ?? /^(?:\\x[\da-fA-F]{2}|\\?[^])/.exec(rest.slice(at))?.[0] ?? '';
    text += posix === null ? inClass(part) : classNamed(posix[1] ?? '');
    at += part.length;
  }
  // A class of all characters: JavaScript has a form for it.
  if (rest.slice(0, at).includes(String.raw`\s\S`)) return make('class', at + 1, { text: '[^]' });
  const isAlone = text === String.raw`[\S`;
  if (text.includes(String.raw`\S`) && !isAlone) throw new Error(`no translation for ${text}]`);
  return make('class', at + 1, { text: isAlone ? `[^${space}]` : `${text}]` });
}

function inClass(part: string): string {
  if (part === String.raw`\s`) return space;
  if (part === '[' || part === ']') return `\\${part}`;
  if (/^\\[a-zA-Z]/.test(part) && !/^\\[dDwWSnrtfvx]/.test(part))
    throw new Error(`no translation for ${part} in a class`);
  return part;
}

function classNamed(name: string): string {
  const found = posixClasses[name];
  if (found === undefined) throw new Error(`no translation for [:${name}:]`);
  return found;
}

/** Writes tokens as JavaScript. Flags in the middle become groups, which end where their group or alternative ends. */
export function toJavaScript(tokens: readonly Token[]): string {
  let text = '';
  const open: string[][] = [[]];
  for (const token of tokens) {
    const current = open.at(-1) ?? [];
    if (token.kind === 'flags') current.push(token.text);
    if (token.kind === 'open') open.push([]);
    if (token.kind === 'close') {
      text += ')'.repeat(current.length);
      open.pop();
    }
    if (token.kind === 'or') text += `${')'.repeat(current.length)}|${current.join('')}`;
    else text += token.text;
  }
  const result = text + ')'.repeat(open[0]?.length ?? 0);
  // Throws for what is not valid.
  new RegExp(result);
  return result;
}

export function translate(source: string): string {
  return toJavaScript(tokenize(source));
}
