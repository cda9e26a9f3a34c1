import { formsOf, fromBase64 } from './redaction/secret-forms.ts';
import { SecretMatcher } from './redaction/secret-matcher.ts';
import { hideUrlLogins } from './redaction/url-logins.ts';
import { isSecret } from './resources/sealed-secret.ts';
import { isObject, type Resource } from './resources/resource.ts';

/**
 * Fewest characters of an application's value that is redacted. Shorter ones, such as `true`, `5432` or `admin`, occur in
 * other texts by chance: redacting them would make logs unreadable and would show by its place what the value is.
 */
const shortestApplicationValue = 8;
/** Deeper parts of a JSON value are replaced as a whole: no server sends them for a good reason. */
const deepest = 100;
const mask = '***';

/** Logins, tokens and keys that the programs use themselves. */
const logins = new SecretMatcher();
/** Values of the Secrets of the applications. */
const values = new SecretMatcher();
/** Values that were added: a Secret is often read more than once. */
const addedValues = new Set<string>();
const longestRemembered = 1024;

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

/**
 * Makes `redact` replace the values of a Secret in the clear, from `data` and `stringData`: an API server or an admission
 * webhook may quote them. Other resources, and values that are equal to the name or the namespace of the Secret, are
 * ignored.
 */
export function noteSecretValues(resource: Resource): void {
  if (!isSecret(resource)) return;
  const { name, namespace } = resource.metadata;
  const { data, stringData } = resource;
  const note = (text: string): void => {
    if (text.length < shortestApplicationValue || text === name || text === namespace || addedValues.has(text)) return;
    if (text.length <= longestRemembered) addedValues.add(text);
    for (const form of formsOf(text, shortestApplicationValue)) values.add(form);
  };
  for (const base64 of textsOf(data)) {
    const text = fromBase64(base64);
    // What is not text is quoted as base64 only.
    if (text !== undefined) note(text);
    else if (base64.length >= shortestApplicationValue) values.add(base64.replace(/={1,2}$/, ''));
  }
  textsOf(stringData).forEach(note);
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

function textsOf(fields: unknown): readonly string[] {
  return isObject(fields) ? Object.values(fields).filter((text) => typeof text === 'string') : [];
}
