import { ownValue } from '../../domain/core/json-object.ts';
import { withoutTrailing } from '../../domain/core/without-trailing.ts';

/**
 * YAML block style as sigs.k8s.io/yaml writes it (kubectl, crane): keys sorted, lists not indented below their key,
 * strings with line breaks as literal blocks. Own emitter because a general one spends its time on choices that JSON
 * values never ask for.
 *
 * Strings are plain only when no reader, YAML 1.1 or 1.2, could take them for anything else; all others are quoted as
 * JSON, which YAML's double quotes contain.
 */
export function formatYaml(value: unknown): string {
  if (isMap(value)) return formatMap(value, '', '');
  if (Array.isArray(value)) return formatList(value, '', '');
  return formatScalar(value) + '\n';
}

// Starts with a letter, `/` or `_`: no number, date, merge key, indicator or special float starts so. A colon or a
// blank inside needs a word character after it, so that neither a key nor a comment nor a trailing blank can arise.
// What must not occur is searched: a pattern that repeats over a text of many megabytes exhausts the stack.
const plainStart = /^[A-Za-z_/]/;
const notPlain = /[^\w./@+=,: -]|[: ](?![\w/@])/;

// Words that YAML 1.1 or 1.2 readers take for booleans or null.
const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const longestReserved = 5;

// What double quotes must escape in YAML, and JSON does not: DEL, C1 controls, line separators, marks, non-characters.
const unescapedByJson = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

// A literal block keeps its text only when every character is printable, no line ends in a blank and the first line
// is neither empty nor indented.
const notBlockSafe = /^\s|[^\t\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const blankBeforeBreak = /[ \t](?:\n|$)/;

/** YAML limits a key written without `?` to 1024 characters. */
const longestImplicitKey = 1000;

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** `first` opens the first line only: the indentation, or the dash of the list item that holds the map. */
function formatMap(map: Readonly<Record<string, unknown>>, indent: string, first: string): string {
  let text = '';
  let lead = first;
  for (const key of Object.keys(map).sort()) {
    const value = ownValue(map, key);
    if (value === undefined) continue;
    text += lead + formatKey(key, indent) + formatEntry(value, indent);
    lead = indent;
  }
  return text === '' ? `${first}{}\n` : text;
}

function formatKey(key: string, indent: string): string {
  const text = formatString(key);
  return text.length > longestImplicitKey ? `? ${text}\n${indent}:` : `${text}:`;
}

/** What follows a key and its colon, with the line break. */
function formatEntry(value: unknown, indent: string): string {
  if (typeof value === 'string') return ` ${formatText(value, indent + '  ')}\n`;
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${formatList(value, indent, indent)}`;
  if (isMap(value)) {
    const inner = indent + '  ';
    const text = formatMap(value, inner, inner);
    return text === `${inner}{}\n` ? ' {}\n' : `\n${text}`;
  }
  return ` ${formatScalar(value)}\n`;
}

function formatList(list: readonly unknown[], indent: string, first: string): string {
  if (list.length === 0) return `${first}[]\n`;
  const inner = indent + '  ';
  let text = '';
  let lead = first;
  for (const item of list) {
    if (isMap(item)) text += formatMap(item, inner, `${lead}- `);
    else if (Array.isArray(item)) text += formatList(item, inner, `${lead}- `);
    else if (typeof item === 'string') text += `${lead}- ${formatText(item, inner)}\n`;
    else text += `${lead}- ${formatScalar(item)}\n`;
    lead = indent;
  }
  return text;
}

/** A string at a place where a literal block can follow, its lines indented by `indent`. */
function formatText(text: string, indent: string): string {
  if (!text.includes('\n') || notBlockSafe.test(text) || blankBeforeBreak.test(text)) return formatString(text);
  const body = withoutTrailing(text, '\n');
  const breaks = text.length - body.length;
  const lines = body.replace(/\n(?=[^\n])/g, `\n${indent}`);
  if (breaks === 0) return `|-\n${indent}${lines}`;
  return breaks === 1 ? `|\n${indent}${lines}` : `|+\n${indent}${lines}${'\n'.repeat(breaks - 1)}`;
}

/**
 * A string as one line: plain where every reader takes it for a string, else in double quotes. Half of a surrogate pair
 * becomes U+FFFD, which Go's readers of JSON take it for: in YAML they refuse it.
 */
export function formatString(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text.toWellFormed()).replace(unescapedByJson, escapeCharacter);
}

/** Whether every reader takes a text without quotes for a string. */
export function isPlain(text: string): boolean {
  return plainStart.test(text) && !notPlain.test(text) && !(text.length <= longestReserved && reserved.test(text));
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function formatScalar(value: unknown): string {
  if (typeof value === 'string') return formatString(value);
  if (typeof value === 'number') return formatNumber(value);
  if (JSON.isRawJSON(value)) return formatExponent(value.rawJSON);
  return typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : 'null';
}

function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0.0' : formatExponent(JSON.stringify(value));
}

/** YAML 1.1 takes an exponent for a number only after a dot: `1e21` would be read as a string. */
function formatExponent(text: string): string {
  const exponent = text.search(/e/i);
  return exponent < 0 || text.includes('.') ? text : `${text.slice(0, exponent)}.0${text.slice(exponent)}`;
}
