/** The candidate that a mistyped word probably means; at most a third of its letters may differ. */
export function closestTo(word: string, candidates: readonly string[]): string | undefined {
  const near = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= allowedEdits(candidate))
    .map((candidate) => ({ candidate, edits: countEdits(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= allowedEdits(candidate));
  return near.sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

function allowedEdits(candidate: string): number {
  return Math.ceil(candidate.length / 3);
}

/** Optimal string alignment distance, with three rows of its table. */
function countEdits(word: string, candidate: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: candidate.length + 1 }, (_, column) => column);
  for (let row = 1; row <= word.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= candidate.length; column += 1) {
      const changed = word[row - 1] === candidate[column - 1] ? 0 : 1;
      const isSwapped = word[row - 1] === candidate[column - 2] && word[row - 2] === candidate[column - 1];
      const choices = [at(current, column - 1) + 1, at(last, column) + 1, at(last, column - 1) + changed];
      if (isSwapped) choices.push(at(beforeLast, column - 2) + 1);
      current.push(Math.min(...choices));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, candidate.length);
}

/** Of a column that the row has. */
function at(row: readonly number[], column: number): number {
  return Number(row[column]);
}
