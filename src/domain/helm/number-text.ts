/**
 * Parses JSON so that each number keeps its text. A number that JavaScript would print in another way, such as `1.0`,
 * `1e3` or `9007199254740993`, becomes a raw JSON value (`JSON.isRawJSON`): JSON.stringify and the YAML emitter write its
 * text unchanged.
 * @throws SyntaxError
 */
export function parseJsonWithNumberTexts(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, { source }) =>
    typeof value === 'number' && String(value) !== source ? JSON.rawJSON(source) : value,
  );
}

/** The numeric value of a number as parsed by `parseJsonWithNumberTexts` or by a YAML codec; undefined for all else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const text = rawTextOf(value);
  return text === undefined ? undefined : Number(text);
}

/** The text of a raw JSON number; undefined for any other value. */
function rawTextOf(value: unknown): string | undefined {
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}
