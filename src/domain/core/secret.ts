import { formsOf } from './redaction/secret-forms.ts';
import { SecretMatcher } from './redaction/secret-matcher.ts';
import { hideUrlLogins } from './redaction/url-logins.ts';

/** Deeper parts of a JSON value are replaced as a whole: no server sends them for a good reason. */
const deepest = 100;
const mask = '***';
/**
 * Fewest characters of an application's value that is redacted. Shorter ones, such as `true`, `5432` or `admin`, occur in
 * other texts by chance: redacting them would make logs unreadable and would show by its place what the value is.
 */
const shortestApplicationValue = 8;
/** Base64, or base64 of base64, of what begins as a gzip file. RFC 1952, section 2.3.1. */
const packedText = /H4sI|SDRzS/;
const packedTexts = /\b(?:H4sI|SDRzS)[\w+/-]{16}/g;
const ofBase64 = /[\w+/=-]/;
const longestRemembered = 1024;

class HiddenText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The clear value, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}

/**
 * A value that prints as `***`. Only `Redactor.secret` creates one, so that each is known to the redactor of its run.
 */
export type Secret = HiddenText;

/** The secrets that one run knows. Several users' runs in one process neither know nor keep each other's secrets. */
export class Redactor {
  /** Logins, tokens and keys that the programs use themselves. */
  readonly #logins = new SecretMatcher();
  /** Values of the Secrets of the applications. */
  readonly #values = new SecretMatcher();
  /** Values that were added: a Secret is often read more than once. */
  readonly #added = new Set<string>();

  /** Makes a login, token or key of the programs a Secret, which is redacted from then on. */
  secret(value: string): Secret {
    for (const form of formsOf(value)) this.#logins.add(form);
    return new HiddenText(value);
  }

  /** Makes `redact` replace a text from an application's Secret; one with fewer than 8 characters is ignored. */
  addValue(text: string): void {
    if (text.length < shortestApplicationValue || this.#added.has(text)) return;
    if (text.length <= longestRemembered) this.#added.add(text);
    for (const form of formsOf(text, shortestApplicationValue)) this.#values.add(form);
  }

  /** Makes `redact` replace a value of an application's Secret that is not text: it is quoted as base64 only. */
  addBinaryValue(base64: string): void {
    if (base64.length >= shortestApplicationValue) this.#values.add(base64.replace(/={1,2}$/, ''));
  }

  /**
   * Replaces each known secret value by `***`, in the forms of `formsOf`, and logins in URLs: for text that other programs
   * and servers wrote. Redact before a text is cut, escaped or serialised: a part of a value is not known.
   */
  readonly redact = (text: string): string => hidePacked(this.#values.redact(this.redactLogins(text)));

  /** Redacts without the values of the applications' Secrets, to which names and digests may be equal by chance. */
  readonly redactLogins = (text: string): string => hideUrlLogins(this.#logins.redact(text));

  /** A JSON value with each of its strings and keys redacted, before it is serialised. */
  redactValue(value: unknown, clean: (text: string) => string = this.redact): unknown {
    return cleanValue(value, clean, 0);
  }

  /** A text that another program or a server wrote, redacted and then cut to a number of characters. */
  excerpt(text: string, longest: number): string {
    const clean = this.redact(text);
    return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
  }
}

/** Packed text cannot be searched for secrets here: releases of Helm hold all their objects so. */
function hidePacked(text: string): string {
  if (!packedText.test(text)) return text;
  let clean = '';
  let kept = 0;
  for (const { index } of text.matchAll(packedTexts)) {
    clean += text.slice(kept, index) + mask;
    kept = index;
    // An expression for a text of any length runs out of stack.
    while (ofBase64.test(text.charAt(kept))) kept += 1;
  }
  return clean + text.slice(kept);
}

function cleanValue(value: unknown, clean: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof HiddenText || depth >= deepest) return mask;
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [clean(key), cleanValue(item, clean, depth + 1)] as const);
  return Object.fromEntries(entries);
}
