/** Between these marks a README is generated; what is before and after them is written by hand. */
export const generatedStart = '<!-- generated: do not edit below -->';
export const generatedEnd = '<!-- end of generated part -->';

/** A section with a table; nothing when it has no rows. */
export function table(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`## ${title}`, '', line(header), line(header.map(() => '---')), ...rows.map(line), ''];
}

export function code(text: string): string {
  return `\`${text}\``;
}
