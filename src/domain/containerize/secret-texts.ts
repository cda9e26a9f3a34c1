import { isSecretName, hasUrlLogin } from './variable-rules.ts';

/** A part of a text that is secret. */
export interface SecretPart {
  readonly start: number;
  readonly end: number;
  /** Of the flag or variable before it, such as `--ServerApp.token`; empty for a part of a URL. */
  readonly flag: string;
}

/** A flag, or a variable, before `=` or a blank. */
const namePattern = /(?<![\w.-])-{0,2}[A-Za-z_][\w.-]{0,100}(?==|[ \t])/g;
const urlPassword = /:\/\/[^\s/?#"'<>@:]{0,256}:([^\s/?#"'<>@]+)@/g;
/** Flags that name where a secret is, or say something about it. */
const harmlessFlag =
  /(?:[-_.]|^)(?:file|path|dir|folder|name|url|uri|endpoint|length|ttl|timeout|required|type|prompt|id)$/i;
const secretFlag =
  /pass(?:w|phrase|code)|token(?!s)|secret|credential|api[-_.]?key|(?:access|private|account|auth|encryption|signing)[-_.]?key/i;
const harmlessValue = /^(?:true|false|yes|no|on|off|none|null|0|1)?$/i;
const blank = /[ \t]/;
const ending = /[\s;&|"']/;

/** Whether the value of a flag such as `--password` and `--ServerApp.token` is secret. */
export function isSecretFlag(flag: string): boolean {
  const name = flag.replace(/^-+/, '');
  return (
    (secretFlag.test(name) || isSecretName(name.replaceAll(/tokens/gi, '').replaceAll(/[-.]/g, '_'))) &&
    !harmlessFlag.test(name)
  );
}

/** Flags for files with keys. The value of another flag can be a key in base64, which can begin with a slash too. */
const keyFileFlag = /(?:ssl|tls|ssh|server|client|host|private)[-_.]?key$/i;

/** Whether a text can be the secret value of a flag: not empty, a switch, a reference of a shell, or the path of a key. */
export function isSecretValue(value: string, flag: string): boolean {
  return !harmlessValue.test(value) && canBeginSecret(value.slice(0, 4), flag);
}

function canBeginSecret(beginning: string, flag: string): boolean {
  const isPath = keyFileFlag.test(flag) && /^\.{0,2}\//.test(beginning);
  return !isPath && !/^\$[\w({]/.test(beginning);
}

/**
 * Finds secrets in an argument or a script: values of flags and variables whose names say so, and passwords of URLs.
 * @returns the parts in their order, without overlap
 */
export function findSecretParts(text: string): readonly SecretPart[] {
  const found = [...flagValues(text), ...urlPasswords(text)].sort((a, b) => a.start - b.start);
  const parts: SecretPart[] = [];
  for (const part of found) {
    const last = parts.at(-1);
    if (last === undefined || part.start >= last.end) parts.push(part);
  }
  return parts;
}

function flagValues(text: string): readonly SecretPart[] {
  const parts: SecretPart[] = [];
  for (const { 0: flag, index } of text.matchAll(namePattern)) {
    // Each value is read once, so that the time is linear: what begins inside a value belongs to it.
    if (index < (parts.at(-1)?.end ?? 0)) continue;
    const separator = index + flag.length;
    const isAssigned = text.charAt(separator) === '=';
    if (!isSecretFlag(flag) || (!isAssigned && !flag.startsWith('-'))) continue;
    const from = isAssigned ? separator + 1 : skipBlanks(text, separator);
    const beginning = text.slice(from, from + 5).replace(/^["']/, '');
    if (!canBeginSecret(beginning, flag) || (!isAssigned && beginning.startsWith('-'))) continue;
    const part = valueFrom(text, from);
    if (isSecretValue(text.slice(part.start, part.end), flag)) parts.push({ ...part, flag });
  }
  return parts;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (blank.test(text.charAt(at))) at += 1;
  return at;
}

/** A word, or what is between quotes. */
function valueFrom(text: string, from: number): { readonly start: number; readonly end: number } {
  const quote = text.charAt(from);
  if (quote === '"' || quote === "'") {
    const closer = text.indexOf(quote, from + 1);
    return { start: from + 1, end: closer < 0 ? text.length : closer };
  }
  let end = from;
  while (end < text.length && !ending.test(text.charAt(end))) end += 1;
  return { start: from, end };
}

function urlPasswords(text: string): readonly SecretPart[] {
  return [...text.matchAll(urlPassword)].map(({ 0: whole, 1: password = '', index }) => {
    const end = index + whole.length - 1;
    return { start: end - password.length, end, flag: '' };
  });
}

/** Whether a text without its secret parts still looks secret: then all of it has to be replaced. */
export function looksSecretStill(text: string, looksSecret: (value: string) => boolean): boolean {
  return text !== '' && (hasUrlLogin(text) || looksSecret(text));
}
