import { shortestForm } from './secret-matcher.ts';

/** More characters of one value are not encoded: the forms are kept in part only. */
const longestEncoded = 16_384;
/** Base64 of somewhat more characters. A multiple of 4, so that it can be decoded by itself. */
const longestDecoded = 24_000;

/** The lines around a key in PEM, which all keys share. RFC 7468, section 2. */
const pemBoundary = /^-----(?:BEGIN|END) /;

/** What encodings leave as it is. Most values are so: to look first saves most of the time. */
const sameInUrls = /^[\w.~-]*$/;
const sameInJson = /^[ !#-%'-;=?-[\]-~]*$/;

const asciiOnly = /^[\0-\u007f]*$/;

/**
 * The forms in which programs quote a secret: as it is, trimmed, in base64 (also for URLs, and within a longer text),
 * percent-encoded, escaped as in JSON, and each of its lines. None for what is shorter than `shortest`.
 */
export function formsOf(value: string, shortest = shortestForm): ReadonlySet<string> {
  const forms = new Set<string>();
  const text = value.slice(0, longestEncoded);
  if (text.trim().length >= shortest) for (const whole of new Set([text, text.trim()])) addEncoded(whole, forms);
  const lines = text.split(/[\r\n]/).map((line) => line.trim());
  for (const line of lines.filter((each) => each.length >= shortest && !pemBoundary.test(each)))
    addEscaped(line, forms);
  return forms;
}

/** The base64 of a text in UTF-8, as the field `data` of a Secret has it. */
export function toBase64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** The text behind base64; undefined when the value is not base64 of UTF-8. */
export function decodeBase64(base64: string): string | undefined {
  return fromBase64(base64, base64.length);
}

/** The text behind base64, of a long one the first part; undefined when the value is not UTF-8. */
export function fromBase64(base64: string, longest = longestDecoded): string | undefined {
  const head = base64.slice(0, longest);
  try {
    const decoded = atob(head);
    // Most values are so, and are their own UTF-8.
    if (asciiOnly.test(decoded)) return decoded;
    const bytes = Uint8Array.from(decoded, (character) => character.charCodeAt(0));
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    // The first part may end within a character.
    return decoder.decode(bytes, { stream: head.length < base64.length });
  } catch {
    return undefined;
  }
}

/** Characters of base64 that also depend on what is before a value, by the place of its first byte among three (RFC 4648). */
const sharedCharacters = [0, 2, 3] as const;

/**
 * Base64 of a value, and what base64 of a longer text has of it wherever it begins there, such as `user:password`: without
 * the characters that also depend on the text beside it.
 */
function base64FormsOf(text: string): readonly string[] {
  const within = sharedCharacters.map((shared, offset) => {
    const encoded = toBase64('\0'.repeat(offset) + text);
    const whole = encoded.replace(/={1,2}$/, '');
    return whole.slice(shared, whole.length === encoded.length ? undefined : -1);
  });
  return [toBase64(text).replace(/={1,2}$/, ''), ...within];
}

function addEncoded(text: string, forms: Set<string>): void {
  addEscaped(text, forms);
  for (const base64 of base64FormsOf(text)) {
    forms.add(base64);
    if (/[+/]/.test(base64)) forms.add(base64.replaceAll('+', '-').replaceAll('/', '_'));
  }
  if (sameInUrls.test(text)) return;
  const percent = encodeURIComponent(text.toWellFormed());
  forms.add(percent);
  forms.add(percent.replaceAll('%20', '+'));
  forms.add(text.replaceAll(' ', '+'));
  forms.add(percent.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()));
}

/** As in JSON: of JavaScript, of Go, with ASCII characters only, and a JSON string inside a JSON string. */
function addEscaped(text: string, forms: Set<string>): void {
  forms.add(text);
  if (sameInJson.test(text)) return;
  const json = escapeAsJson(text);
  forms.add(json);
  forms.add(escapeAsJson(json));
  // https://pkg.go.dev/encoding/json#HTMLEscape
  const html = json.replaceAll(/[<>&\u2028\u2029]/g, asUnicodeEscape);
  forms.add(html);
  forms.add(html.replaceAll(/[^\0-\u007f]/g, asUnicodeEscape));
}

function escapeAsJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
