const shortestRedacted = 6;
const known = new Set<string>();

/** A value that never prints itself: logs, JSON and error messages show `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    if (value.length >= shortestRedacted) known.add(value);
  }

  /** The clear value, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}

/**
 * Replaces each known secret value by `***`: the second line of defence for text
 * that other programs and servers wrote.
 */
export function redact(text: string): string {
  let clean = text;
  for (const value of known) clean = clean.replaceAll(value, '***');
  return clean;
}
