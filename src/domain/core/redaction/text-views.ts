/** Where a form is in a text: from the first character up to, and without, the second. */
export type Span = readonly [start: number, end: number];

/** A part of a view that stands for another part of the text; all between such parts is the same in both. */
interface Replaced {
  readonly view: Span;
  readonly source: Span;
}

/** A text as a reader of its encoding sees it. */
interface View {
  readonly text: string;
  readonly replaced: readonly Replaced[];
}

/** A longer text takes seconds, and only a part of it is ever shown. */
const longest = 1024 * 1024;

/** An escape within an escape within base64 is what error messages quote: JSON in JSON, a login in the file of a registry. */
const deepest = 3;

/**
 * Each expression takes linear time: none of its repetitions begins with what can be before it. Repetitions are bounded,
 * because V8 keeps a place for each and runs out of stack in a text of 100 MB.
 */
const hex = '[\\da-fA-F]';
const most = '16384';
const escapes = {
  url: `(?:%${hex}{2}){1,${most}}`,
  bytes: `(?:\\\\x${hex}{2}){1,${most}}|(?:\\\\[0-3][0-7]{2}){1,${most}}`,
  backslash: `\\\\u${hex}{4}|\\\\U${hex}{8}|(?:\\\\[^\\duUx\\r\\n]){1,${most}}`,
  quote: `'\\\\''|(?:''){1,${most}}`,
  html: `&(?:#\\d{1,7}|#[xX]${hex}{1,6}|amp|apos|gt|lt|quot);`,
} as const;
const allEscapes = new RegExp(Object.values(escapes).join('|'), 'g');
/** A text with backslashes of its own has these escapes alone. */
const singleEscapes = [escapes.url, escapes.quote, escapes.html].map((pattern) => new RegExp(pattern, 'g'));
const mayHaveEscapes = /[\\%&]|''/;

/** Sequences that color a terminal, characters without width, and line breaks with the indentation after them. */
const breaks =
  /\u001b\[[\d;?]{0,32}[@-~]|[\u00ad\u200b-\u200d\u2060\ufeff]|\\?(?:\r\n?|\n)(?:[ \t]{0,64}\\?(?:\r\n?|\n)){0,64}[ \t]{0,64}/g;
const bareBreaks = /(?:\r\n?|\n){1,64}/g;
const mayHaveBreaks = /[\r\n\u001b\u00ad\u200b-\u200d\u2060\ufeff]/;

/** Shorter runs are words; what they could hold is found as a form. */
const packed = /[\w+/-]{16,65536}/g;
const hexadecimal = /(?:[\da-f]{2}:?){6,16384}/gi;
/** Control characters are among the first bytes of most digests and random numbers. */
const digestLike = /^(?:..){0,11}(?:1.|0[^9ad])/i;
const printable = /^[\t\n\r -~]*$/;

/** Escapes with another meaning than the character after the backslash. */
const letters = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const entities = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['gt', '>'],
  ['lt', '<'],
  ['quot', '"'],
]);

/**
 * The places in a text where `find` finds something, also through encodings: escapes of JSON, Go, YAML, shells, URLs and
 * HTML, complete or not, base64 at a few levels, and texts that line breaks or colors of a terminal split.
 */
export function findThroughViews(text: string, find: (text: string) => readonly Span[], depth = 0): readonly Span[] {
  // A list of lists: a text may have more places than a call takes arguments.
  const found = [find(text)];
  if (text.length > longest) return found.flat();
  for (const view of viewsWithoutBreaks(text)) found.push(spansOf(view, find(view.text)));
  if (depth === 0) for (const view of singleViews(text)) found.push(spansOf(view, find(view.text)));
  if (depth === deepest) return found.flat();
  for (const view of decodedViews(text)) found.push(spansOf(view, findThroughViews(view.text, find, depth + 1)));
  return found.flat();
}

/** Line breaks are added between any characters, or take the place of a blank. */
function viewsWithoutBreaks(text: string): readonly View[] {
  if (!mayHaveBreaks.test(text)) return [];
  const joined = viewOf(text, breaks, () => '');
  const folded = viewOf(text, breaks, (part) => (/[\r\n]/.test(part) ? ' ' : ''));
  return [joined, folded, viewOf(text, bareBreaks, () => '')];
}

function singleViews(text: string): readonly View[] {
  if (!mayHaveEscapes.test(text)) return [];
  const views = singleEscapes.map((pattern) => viewOf(text, pattern, unescape));
  return views.filter(({ replaced }) => replaced.length > 0);
}

function decodedViews(text: string): readonly View[] {
  const views: View[] = [];
  if (mayHaveEscapes.test(text)) views.push(viewOf(text, allEscapes, unescape));
  views.push(viewOf(text, packed, unpack), viewOf(text, hexadecimal, fromHex));
  return views.filter(({ replaced }) => replaced.length > 0);
}

function viewOf(text: string, parts: RegExp, decode: (part: string) => string | undefined): View {
  const replaced: Replaced[] = [];
  let view = '';
  let kept = 0;
  for (const { 0: part, index } of text.matchAll(parts)) {
    const decoded = decode(part);
    if (decoded === undefined) continue;
    view += text.slice(kept, index);
    kept = index + part.length;
    replaced.push({ view: [view.length, view.length + decoded.length], source: [index, kept] });
    view += decoded;
  }
  return { text: view + text.slice(kept), replaced };
}

function unescape(part: string): string | undefined {
  const code = part.charAt(1);
  if (part.startsWith('%')) return fromBytes(part.split('%'), 16);
  if (part.startsWith("'")) return part.includes('\\') ? "'" : part.slice(part.length / 2);
  if (part.startsWith('&')) return fromEntity(part.slice(1, -1));
  if (code === 'x') return fromBytes(part.split('\\x'), 16);
  if (/\d/.test(code)) return fromBytes(part.split('\\'), 8);
  if (/u/i.test(code)) return fromCode(Number.parseInt(part.slice(2), 16));
  return part.replaceAll(/\\([^])/g, (_escape, letter: string) => letters.get(letter) ?? letter);
}

function fromBytes(numbers: readonly string[], radix: number): string {
  return new TextDecoder().decode(Uint8Array.from(numbers.slice(1), (number) => Number.parseInt(number, radix)));
}

function fromEntity(name: string): string | undefined {
  const number = /^#(x?)([\da-f]+)$/i.exec(name);
  if (number === null) return entities.get(name);
  return fromCode(Number.parseInt(String(number[2]), number[1] === '' ? 10 : 16));
}

function fromCode(code: number): string | undefined {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

/** The text in base64; undefined for words, names and digests, which look alike. */
function unpack(part: string): string | undefined {
  const base64 = part.replaceAll('-', '+').replaceAll('_', '/');
  // Most runs are not base64, as their first characters show.
  if (!printable.test(atob(base64.slice(0, 16)))) return undefined;
  const decoded = atob(base64.length % 4 === 1 ? base64.slice(0, -1) : base64);
  return printable.test(decoded) ? decoded : undefined;
}

function fromHex(part: string): string | undefined {
  const digits = part.replaceAll(':', '');
  return digestLike.test(digits) ? undefined : fromBytes(digits.replaceAll(/../g, ' $&').split(' '), 16);
}

/** Spans of a view as spans of its text. */
function spansOf({ replaced }: View, spans: readonly Span[]): readonly Span[] {
  return spans.map(([start, end]) => [sourceOf(replaced, start, 'start'), sourceOf(replaced, end, 'end')]);
}

function sourceOf(replaced: readonly Replaced[], at: number, side: 'start' | 'end'): number {
  let low = 0;
  let high = replaced.length;
  // The number of parts that begin before the place, or also at it for the start of a span.
  while (low < high) {
    const middle = (low + high) >>> 1;
    const begin = Number(replaced[middle]?.view[0]);
    if (begin < at || (side === 'start' && begin === at)) low = middle + 1;
    else high = middle;
  }
  const last = replaced[low - 1];
  if (last === undefined) return at;
  const [, end] = last.view;
  if (at < end) return last.source[side === 'start' ? 0 : 1];
  return last.source[1] + at - end;
}
