import { isPlain } from './block-emitter.ts';

/**
 * Reads the YAML that formatYaml writes of an object, several times as fast as a parser of all of YAML: one form of each
 * value, keys sorted, no comments. What it reads means the same to every reader of YAML 1.1 and 1.2.
 *
 * Anything else is left to the parser, also text that is nearly the same: the parser finds what is wrong with it.
 *
 * @returns undefined when the text is not of this form
 */
export function readBlockYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.endsWith('\n') || special.test(text)) return undefined;
  const reader = { text, at: 0, indent: 0, depth: 0 };
  try {
    nextLine(reader, 0);
    if (reader.indent !== 0) return undefined;
    const map = readMap(reader, 0);
    return reader.at === text.length ? map : undefined;
  } catch (error) {
    if (error !== otherForm) throw error;
    return undefined;
  }
}

interface Reader {
  readonly text: string;
  /** Behind the indentation, and behind what was read of the line. */
  at: number;
  /** Blanks at the start of the line; -1 at the end of the text. */
  indent: number;
  depth: number;
}

// Characters that formatYaml escapes or that parsers check, and all beyond the basic plane.
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/;

/** Longer ones need more than a number. `-0` is none: parsers differ about its sign. */
const shortInteger = /^(?:0|-?[1-9]\d{0,14})$/;

/** Below the limit of the parser, which makes deeper text an error. */
const deepest = 100;

const codes = { tab: 9, lineBreak: 10, blank: 32, quote: 34, dash: 45, nine: 57, colon: 58, backslash: 92 } as const;

/** Made once: a stack trace for each file would cost more than the rest. */
const otherForm = new Error('not as formatYaml writes it');

function nextLine(reader: Reader, start: number): void {
  let at = start;
  while (reader.text.charCodeAt(at) === codes.blank) at += 1;
  reader.at = at;
  reader.indent = at === reader.text.length ? -1 : at - start;
}

function readMap(reader: Reader, indent: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  let former: string | undefined;
  enter(reader);
  do {
    const key = readKey(reader);
    // Sorted keys are never equal.
    if ((former !== undefined && key <= former) || key === '__proto__') throw otherForm;
    former = key;
    // eslint-disable-next-line crane-tasks/own-keys -- the only key that an assignment loses is refused above
    map[key] = readEntry(reader, indent);
  } while (reader.indent === indent);
  reader.depth -= 1;
  return map;
}

function enter(reader: Reader): void {
  reader.depth += 1;
  if (reader.depth > deepest) throw otherForm;
}

/** Moves behind the colon. */
function readKey(reader: Reader): string {
  const { text, at } = reader;
  const end = endOfKey(text, at);
  if (end < 0) throw otherForm;
  reader.at = end + 1;
  return text.charCodeAt(at) === codes.quote ? readQuoted(text, at, end) : readPlainText(text.slice(at, end));
}

/** Where the colon of a key is; -1 when the line starts with no key. */
function endOfKey(text: string, start: number): number {
  let at = start;
  if (text.charCodeAt(at) === codes.quote) {
    at = endOfQuoted(text, at);
    return isEndOfKey(text, at) ? at : -1;
  }
  for (; text.charCodeAt(at) !== codes.lineBreak; at += 1) if (isEndOfKey(text, at)) return at;
  return -1;
}

function isEndOfKey(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === codes.colon && (next === codes.blank || next === codes.lineBreak);
}

/** Behind the closing quote. */
function endOfQuoted(text: string, start: number): number {
  let at = start + 1;
  for (let code = text.charCodeAt(at); code !== codes.quote; code = text.charCodeAt(at)) {
    if (code === codes.lineBreak || at >= text.length) throw otherForm;
    at += code === codes.backslash ? 2 : 1;
  }
  return at + 1;
}

/** What follows a key and its colon. */
function readEntry(reader: Reader, indent: number): unknown {
  const { text, at } = reader;
  if (text.charCodeAt(at) === codes.blank) {
    reader.at = at + 1;
    return readScalar(reader, indent + 2);
  }
  nextLine(reader, at + 1);
  if (reader.indent === indent + 2) return readMap(reader, indent + 2);
  if (reader.indent !== indent || text.charCodeAt(reader.at) !== codes.dash) throw otherForm;
  return readList(reader, indent);
}

function readList(reader: Reader, indent: number): readonly unknown[] {
  const { text } = reader;
  const list: unknown[] = [];
  enter(reader);
  do {
    if (text.charCodeAt(reader.at + 1) !== codes.blank) throw otherForm;
    reader.at += 2;
    list.push(readItem(reader, indent + 2));
  } while (reader.indent === indent && text.charCodeAt(reader.at) === codes.dash);
  reader.depth -= 1;
  return list;
}

function readItem(reader: Reader, indent: number): unknown {
  const { text, at } = reader;
  if (text.charCodeAt(at) === codes.dash && text.charCodeAt(at + 1) === codes.blank) return readList(reader, indent);
  return endOfKey(text, at) < 0 ? readScalar(reader, indent) : readMap(reader, indent);
}

/** A value on the rest of the line, or a literal block, whose lines are indented by `indent`. */
function readScalar(reader: Reader, indent: number): unknown {
  const { text, at } = reader;
  const end = text.indexOf('\n', at);
  const value = text.slice(at, end);
  if (value.startsWith('|')) return readBlock(reader, value, indent);
  nextLine(reader, end + 1);
  if (value.startsWith('"')) {
    if (endOfQuoted(text, at) !== end) throw otherForm;
    return readQuoted(text, at, end);
  }
  if (value.charCodeAt(0) <= codes.nine && shortInteger.test(value)) return Number(value);
  return words.has(value) ? wordOf(value) : readPlainText(value);
}

const words = new Set(['true', 'false', 'null', '{}', '[]']);

function wordOf(text: string): unknown {
  if (text === '{}') return {};
  if (text === '[]') return [];
  return text === 'null' ? null : text === 'true';
}

function readPlainText(text: string): string {
  if (!isPlain(text)) throw otherForm;
  return text.length > longestCopied ? text : copyOf(text);
}

/** Longer ones, settings and scripts, are hardly kept longer than their object. */
const longestCopied = 128;

/** V8 makes a part of a text point to the whole: a name that is kept would keep the whole file. */
function copyOf(text: string): string {
  return `.${text}`.slice(1);
}

function readQuoted(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    // Escapes that JSON does not have.
    throw otherForm;
  }
}

function readBlock(reader: Reader, header: string, indent: number): string {
  const { text } = reader;
  let start = reader.at + header.length + 1;
  let body = '';
  let breaks = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end === start) {
      breaks += 1;
    } else if (end > start && startOfText(text, start) >= start + indent) {
      if (body === '' && (breaks > 0 || startOfText(text, start) > start + indent)) throw otherForm;
      if (isBlank(text, end - 1)) throw otherForm;
      body += '\n'.repeat(breaks) + text.slice(start + indent, end);
      breaks = 1;
    } else {
      break;
    }
    start = end + 1;
  }
  if (body === '') throw otherForm;
  nextLine(reader, start);
  return body + breaksAfter(header, breaks);
}

function startOfText(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === codes.blank) at += 1;
  return at;
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === codes.blank || code === codes.tab;
}

/** The line breaks at the end of a literal block, of as many as there are in the text. */
function breaksAfter(header: string, breaks: number): string {
  if (header === '|+' && breaks > 0) return '\n'.repeat(breaks);
  if (breaks !== 1 || (header !== '|' && header !== '|-')) throw otherForm;
  return header === '|' ? '\n' : '';
}
