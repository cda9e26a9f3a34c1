/** A bracket alone is not enough: addresses may begin with one (`[::1]:5000`). */
const arrayStart = /^\s*\[\s*["\]]/;

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
 * comma, which would make others of it.
 */
export function toCommaList(text: string): string | undefined {
  if (!arrayStart.test(text)) return text;
  const entries = parseTexts(text);
  return entries?.every((entry) => entry.trim() !== '' && !entry.includes(',')) === true
    ? entries.join(',')
    : undefined;
}

/**
 * The entries of a list whose entries may hold commas: those of a JSON array of texts as they are, else as parseCommaList
 * reads them.
 */
export function parseTextList(text: string): readonly string[] {
  return parseTexts(text) ?? parseCommaList(text);
}

/** A list that parseTextList reads: with commas if that gives the same entries, else a JSON array. */
export function formatTextList(entries: readonly string[]): string {
  const joined = entries.join(',');
  const read = parseTextList(joined);
  const isSame = read.length === entries.length && read.every((entry, index) => entry === entries[index]);
  return isSame ? joined : JSON.stringify(entries);
}

/** As toCommaList, for a list whose entries may hold commas. Undefined for an array that has other values than texts. */
export function toTextList(text: string): string | undefined {
  if (!arrayStart.test(text)) return text;
  const entries = parseTexts(text);
  return entries === undefined ? undefined : formatTextList(entries);
}

function parseTexts(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
