declare global {
  interface JSON {
    /** ECMAScript 2026; Node 22 and newer. */
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown,
    ): unknown;
  }
  interface BigInt {
    toJSON(): unknown;
  }
}

/**
 * Kubernetes has 64-bit integers, of which a JavaScript number keeps 53 bits: time in nanoseconds does not fit. Those
 * that do not fit are read as bigint, and JSON.stringify writes their digits as they came.
 */
export type ExactInteger = number | bigint;

BigInt.prototype.toJSON = function toJson(this: bigint): unknown {
  return JSON.rawJSON(this.toString());
};

/** The value of a decimal integer, as a number where that is exact. */
export function exactInteger(digits: string): ExactInteger {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

// Nearly no text holds such a number, and looking at each one while parsing takes five times as long.
const longInteger = /[\s:[,]-?\d{16,}/;
const integer = /^-?\d+$/;

/**
 * Parses JSON with every integer exact.
 * @throws SyntaxError
 */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = longInteger.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
  return value;
}

function keepExact(_key: string, value: unknown, { source }: { readonly source: string }): unknown {
  return typeof value === 'number' && integer.test(source) ? exactInteger(source) : value;
}
