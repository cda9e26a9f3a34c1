import { isObject } from '../core/json-object.ts';

declare global {
  interface JSON {
    /** ECMAScript 2026; Node 22 and newer. */
    rawJSON(text: string): unknown;
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown,
    ): unknown;
  }
}

/** Kubernetes has 64-bit integers, a JavaScript number keeps 53 bits. Those that do not fit are read as bigint. */
export type ExactInteger = number | bigint;

/** The value of a decimal integer, as a number where that is exact. */
export function exactInteger(digits: string): ExactInteger {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

// Nearly no text holds such a number, and looking at each one while parsing takes five times as long.
const longInteger = /[\s:[,]-?\d{16,}/;
const integer = /^-?\d+$/;

/** Parses JSON with every integer exact. @throws SyntaxError */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = longInteger.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
  return value;
}

/** JSON of a value that holds resources, with the digits of each bigint. */
export function stringifyExactly(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify refuses a bigint, which few values hold; a replacer takes many times as long.
    return JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'bigint' ? JSON.rawJSON(member.toString()) : member,
    );
  }
}

function keepExact(_key: string, value: unknown, { source }: { readonly source: string }): unknown {
  return typeof value === 'number' && integer.test(source) ? exactInteger(source) : value;
}

/** JSON with sorted keys, without blanks and undefined members: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return stringifyExactly(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
