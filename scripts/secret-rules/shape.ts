import type { Token } from './translate.ts';

/** What is known about the matches of an expression. */
export interface Shape {
  /** Characters of the longest match. */
  readonly longest: number;
  /**
   * What each match contains, in lower case: one of these texts, with `\0` for parts that differ. Undefined: too many.
   */
  readonly texts: readonly string[] | undefined;
}

const mostTexts = 512;
const gap = '\0';

/** Computes the length and the constant parts of matches. */
export function shapeOf(tokens: readonly Token[]): Shape {
  return readAlternatives({ tokens: tokens.filter(({ kind }) => kind !== 'flags'), at: 0 });
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

function readAlternatives(cursor: Cursor): Shape {
  let shape = readSequence(cursor);
  while (cursor.tokens[cursor.at]?.kind === 'or') {
    cursor.at += 1;
    const other = readSequence(cursor);
    shape = { longest: Math.max(shape.longest, other.longest), texts: limit([shape.texts, other.texts]) };
  }
  return shape;
}

function limit(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  if (parts.includes(undefined)) return undefined;
  const all = [...new Set(parts.flatMap((part) => part ?? []))];
  return all.length > mostTexts ? undefined : all;
}

function readSequence(cursor: Cursor): Shape {
  let shape: Shape = { longest: 0, texts: [''] };
  for (;;) {
    const token = cursor.tokens[cursor.at];
    if (token === undefined || token.kind === 'or' || token.kind === 'close') return shape;
    cursor.at += 1;
    shape = append(shape, repeat(readAtom(token, cursor), cursor));
  }
}

function readAtom(token: Token, cursor: Cursor): Shape {
  if (token.kind === 'literal') return { longest: 1, texts: [token.character.toLowerCase()] };
  if (token.kind === 'class') return { longest: 1, texts: textsOfClass(token.text) };
  if (token.kind === 'anchor') return { longest: 0, texts: [''] };
  const inner = readAlternatives(cursor);
  cursor.at += 1;
  return inner;
}

/** A class of few characters as these, such as `[Mm]` and `[_-]`. */
function textsOfClass(text: string): readonly string[] {
  const [, characters] = /^\[(\w{1,2}|[_.-]{1,3})\]$/.exec(text) ?? [];
  return characters === undefined ? [gap] : [...new Set(characters.toLowerCase())];
}

function repeat(shape: Shape, cursor: Cursor): Shape {
  const next = cursor.tokens[cursor.at];
  if (next?.kind !== 'quantifier') return shape;
  cursor.at += 1;
  const longest = shape.longest === 0 ? 0 : shape.longest * next.most;
  if (next.least === 0 && next.most === 1) return { longest, texts: limit([shape.texts, ['']]) };
  return { longest, texts: [gap] };
}

function append(first: Shape, second: Shape): Shape {
  const longest = first.longest + second.longest;
  if (first.texts === undefined || second.texts === undefined) return { longest, texts: undefined };
  const ends = second.texts;
  return { longest, texts: limit([first.texts.flatMap((start) => ends.map((end) => start + end))]) };
}
