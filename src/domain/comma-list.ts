/** The entries of a list that is separated by commas, without blanks around them; empty ones count for nothing. */
export function parseCommaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
