import { formsOf } from './redaction/secret-forms.ts';
import { SecretMatcher } from './redaction/secret-matcher.ts';
import { hideUrlLogins } from './redaction/url-logins.ts';

/** Deeper parts of a JSON value are replaced as a whole: no server sends them for a good reason. */
const deepest = 100;
const mask = '***';

/** Logins, tokens and keys that the programs use themselves. */
const logins = new SecretMatcher();
/** Values of the Secrets of the applications. */
const values = new SecretMatcher();

/** A value that never prints itself: logs, JSON and error messages show `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    for (const form of formsOf(value)) logins.add(form);
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

/** Makes `redact` replace a form of a value of an application's Secret. */
export function addApplicationForm(form: string): void {
  values.add(form);
}

/**
 * Replaces each known secret value by `***`, in the forms of `formsOf`, and logins in URLs: for text that other programs
 * and servers wrote. Redact before a text is cut, escaped or serialised: a part of a value is not known.
 */
export function redact(text: string): string {
  return values.redact(redactLogins(text));
}

/**
 * Redacts as `redact` does, without the values of the applications' Secrets: for names of objects and for digests, which
 * other programs read and which may be equal to such a value by chance.
 */
export function redactLogins(text: string): string {
  return hideUrlLogins(logins.redact(text));
}

/**
 * A JSON value with each of its strings and keys redacted, for use before it is serialised.
 * @param clean how to redact one string
 */
export function redactValue(value: unknown, clean: (text: string) => string = redact, depth = 0): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret || depth >= deepest) return mask;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, clean, depth + 1));
  const entries = Object.entries(value).map(
    ([key, item]) => [clean(key), redactValue(item, clean, depth + 1)] as const,
  );
  return Object.fromEntries(entries);
}

/** A text that another program or a server wrote, redacted and then cut to a number of characters. */
export function excerpt(text: string, longest: number): string {
  const clean = redact(text);
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
