import { ownValue } from '../core/json-object.ts';

/** Keys and indexes from the document to a value. */
export type JsonPath = readonly (string | number)[];

/** Takes the texts of a JSON document in their order. */
export interface JsonTextSink {
  /** A text begins. @returns whether its content is wanted */
  readonly begin: (path: JsonPath) => boolean;
  /** A part of the text that began last, in UTF-8; the memory is used again. */
  readonly content: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

export interface JsonTextReader {
  readonly push: (bytes: Uint8Array) => void;
  /** @returns whether the document was one of JSON as far as brackets and texts show */
  readonly end: () => boolean;
}

interface Frame {
  readonly isObject: boolean;
  step: string | number;
}

interface State {
  readonly frames: Frame[];
  mode: 'between' | 'key' | 'text';
  /** Whether the next text of an object is a key. */
  wantsKey: boolean;
  isWanted: boolean;
  key: string;
  /** The part of an escape that has come; empty: none. */
  escape: string;
  /** The first half of a character beyond U+FFFF. */
  high: number;
  isValid: boolean;
}

const deepest = 200;
const longestKey = 1024;
const quote = 34;
const backslash = 92;
const simpleEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Reads the texts of a JSON document (RFC 8259) as its bytes come, without the document as a whole. */
export function createJsonTextReader(sink: JsonTextSink): JsonTextReader {
  const state: State = {
    frames: [],
    mode: 'between',
    wantsKey: false,
    isWanted: false,
    key: '',
    escape: '',
    high: 0,
    isValid: true,
  };
  return {
    push: (bytes) => {
      for (let at = 0; at < bytes.length && state.isValid; )
        at = state.mode === 'between' ? readBetween(state, bytes, { at, sink }) : readText(state, bytes, { at, sink });
    },
    end: () => state.isValid && state.mode === 'between' && state.frames.length === 0,
  };
}

interface Place {
  readonly at: number;
  readonly sink: JsonTextSink;
}

function readBetween(state: State, bytes: Uint8Array, { at, sink }: Place): number {
  const { frames } = state;
  const frame = frames.at(-1);
  switch (String.fromCharCode(bytes[at] as number)) {
    case '{':
    case '[':
      open(state, bytes[at] === 123);
      break;
    case '}':
    case ']':
      if (frame?.isObject !== (bytes[at] === 125)) state.isValid = false;
      frames.pop();
      break;
    case ',':
      if (frame === undefined) state.isValid = false;
      else if (frame.isObject) state.wantsKey = true;
      else frame.step = Number(frame.step) + 1;
      break;
    case ':':
      state.wantsKey = false;
      break;
    case '"':
      beginText(state, sink);
      break;
    default:
  }
  return at + 1;
}

function open(state: State, isObject: boolean): void {
  state.frames.push({ isObject, step: isObject ? '' : 0 });
  state.wantsKey = isObject;
  if (state.frames.length > deepest) state.isValid = false;
}

function beginText(state: State, sink: JsonTextSink): void {
  const isKey = state.wantsKey && state.frames.at(-1)?.isObject === true;
  state.mode = isKey ? 'key' : 'text';
  state.key = '';
  state.isWanted = !isKey && sink.begin(state.frames.map(({ step }) => step));
}

function readText(state: State, bytes: Uint8Array, { at, sink }: Place): number {
  if (state.escape !== '') return readEscape(state, bytes, { at, sink });
  const end = endOfPlain(bytes, at);
  if (end > at) take(state, bytes.subarray(at, end), sink);
  if (end === bytes.length) return end;
  if (bytes[end] === backslash) state.escape = '\\';
  else endText(state, sink);
  return end + 1;
}

function endOfPlain(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(quote, from);
  const limit = end === -1 ? bytes.length : end;
  const escape = bytes.subarray(from, limit).indexOf(backslash);
  return escape === -1 ? limit : from + escape;
}

function take(state: State, bytes: Uint8Array, sink: JsonTextSink): void {
  if (state.mode === 'key') {
    if (state.key.length < longestKey) state.key += new TextDecoder().decode(bytes);
  } else if (state.isWanted) sink.content(bytes);
}

function endText(state: State, sink: JsonTextSink): void {
  const frame = state.frames.at(-1);
  if (state.mode === 'key' && frame !== undefined) frame.step = state.key;
  if (state.isWanted) sink.end();
  state.mode = 'between';
  state.isWanted = false;
  state.high = 0;
}

function readEscape(state: State, bytes: Uint8Array, { at, sink }: Place): number {
  state.escape += String.fromCharCode(bytes[at] as number);
  const { escape } = state;
  const isUnicode = escape[1] === 'u';
  if (isUnicode && escape.length < 6) return at + 1;
  state.escape = '';
  const named = escape.slice(1);
  const character = isUnicode
    ? unicode(state, Number.parseInt(escape.slice(2), 16))
    : (ownValue(simpleEscapes, named) ?? named);
  take(state, new TextEncoder().encode(character), sink);
  return at + 1;
}

/** The two halves of a character come one after the other. */
function unicode(state: State, code: number): string {
  if (Number.isNaN(code)) {
    state.isValid = false;
    return '';
  }
  const { high } = state;
  state.high = code >= 0xd800 && code < 0xdc00 ? code : 0;
  if (state.high !== 0) return '';
  return high !== 0 && code >= 0xdc00 && code < 0xe000 ? String.fromCharCode(high, code) : String.fromCharCode(code);
}
