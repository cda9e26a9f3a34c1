export interface DiffLine {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** Beyond so many comparisons the middle is shown as replaced: a page must not hang. */
const mostComparisons = 4_000_000;

/** The lines of two texts, with those that only one of them has. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, current] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < current.length && old[start] === current[start]) start += 1;
  let end = 0;
  const room = Math.min(old.length, current.length) - start;
  while (end < room && old[old.length - 1 - end] === current[current.length - 1 - end]) end += 1;
  const same = (texts: readonly string[]): readonly DiffLine[] => texts.map((text) => ({ mark: ' ', text }));
  return [
    ...same(old.slice(0, start)),
    ...diffMiddle(old.slice(start, old.length - end), current.slice(start, current.length - end)),
    ...same(old.slice(old.length - end)),
  ];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** By the longest common subsequence. */
function diffMiddle(old: readonly string[], current: readonly string[]): readonly DiffLine[] {
  const removed = old.map((text): DiffLine => ({ mark: '-', text }));
  const added = current.map((text): DiffLine => ({ mark: '+', text }));
  if (old.length * current.length > mostComparisons) return [...removed, ...added];
  const lengths = lengthsOf(old, current);
  const lengthAt = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length && column < current.length) {
    if (old[row] === current[column]) {
      lines.push({ mark: ' ', text: old[row] ?? '' });
      row += 1;
      column += 1;
    } else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) {
      lines.push(...removed.slice(row, row + 1));
      row += 1;
    } else {
      lines.push(...added.slice(column, column + 1));
      column += 1;
    }
  }
  return [...lines, ...removed.slice(row), ...added.slice(column)];
}

function lengthsOf(old: readonly string[], current: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(current.length + 1));
  for (let row = old.length - 1; row >= 0; row -= 1) {
    const [own, below] = [rows[row], rows[row + 1]];
    if (own === undefined || below === undefined) continue;
    for (let column = current.length - 1; column >= 0; column -= 1) {
      const isSame = old[row] === current[column];
      own[column] = isSame ? (below[column + 1] ?? 0) + 1 : Math.max(below[column] ?? 0, own[column + 1] ?? 0);
    }
  }
  return rows;
}
