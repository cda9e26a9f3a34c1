import fc from 'fast-check';

import { isObject } from '../../src/domain/core/json-object.ts';

/** Characters that encodings change or that end a text early. */
const awkward = ['"', "'", '\\', '\n', '\r\n', '\t', '<', '>', '&', '%', '+', '/', '=', ' ', 'é', '日', '😀', '\u2028'];
const words = fc.stringMatching(/^[A-Za-z0-9]{10}$/);

/** A password, token or key with all that encodings change; up to some 1,500 characters. */
export const anySecret = fc
  .tuple(words, fc.array(fc.oneof(fc.constantFrom(...awkward), words), { maxLength: 150 }), words)
  .map(([first, rest, last]) => first + rest.join('') + last);

/** How a server quotes a value. */
export const anyQuote = fc.constantFrom<((text: string) => string)[]>(
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  // Behind a user name, as in the auth of a Docker config: the three places at which base64 can begin within a value.
  (text) => Buffer.from(`user:x:${text}`).toString('base64'),
  (text) => Buffer.from(`robot:${text}\n`).toString('base64'),
  (text) => Buffer.from(`bot1:${text}@host`).toString('base64url'),
  (text) => Buffer.from(`${text}@host.example`).toString('base64'),
  (text) => encodeURIComponent(text),
  (text) => text.trim().split('\n').join('\n> '),
);

/** Text of a given length and what a server quotes after it, so that a cut can be at any place of a secret. */
export function plant(quoted: string, before: number): string {
  return `${'denied: '.repeat(before).slice(0, before)}${quoted} is not allowed`;
}

const pieceLength = 8;

/** The pieces of 8 characters of a secret, in all quotes, that texts show. */
export function piecesShown(secret: string, texts: readonly string[]): readonly string[] {
  // The first and last characters of base64 within a longer text depend on what is beside it.
  const encoded = ['', '?', '??'].map((before) =>
    Buffer.from(before + secret)
      .toString('base64')
      .slice(4, -4),
  );
  const forms = [secret, JSON.stringify(secret).slice(1, -1), ...encoded, encodeURIComponent(secret)];
  const pieces = new Set(
    forms.flatMap((form) => Array.from(form, (_, at) => form.slice(at, at + pieceLength))).filter(isWholePiece),
  );
  const shown = new Set(texts.flatMap((text) => Array.from(text, (_, at) => text.slice(at, at + pieceLength))));
  return [...pieces].filter((piece) => shown.has(piece));
}

/** All keys and strings of a JSON value, as a reader of it gets them. */
export function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return isObject(value) ? [...Object.keys(value), ...Object.values(value).flatMap(stringsOf)] : [];
}

function isWholePiece(piece: string): boolean {
  return piece.length === pieceLength;
}
