/** The entries of a list that is separated by commas, without blanks around them; empty ones count for nothing. */
export function parseCommaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/**
 * A list with commas from either way to write one: a JSON array of texts (`["a","b"]`) becomes `a,b`, and any other
 * text is taken as it is. Undefined when it begins like such an array and is none, or when an entry is empty or holds a
 * comma, which would make others of it. A bracket alone is not enough: addresses may begin with one (`[::1]:5000`).
 */
export function toCommaList(text: string): string | undefined {
  if (!/^\s*\[\s*["\]]/.test(text)) return text;
  const entries = parseTexts(text);
  return entries?.every((entry) => entry.trim() !== '' && !entry.includes(',')) === true
    ? entries.join(',')
    : undefined;
}

function parseTexts(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
