/** A number with what it counts: `1 file`, `2 files`. */
export function countOf(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
