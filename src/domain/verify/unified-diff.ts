import type { Redactor } from '../core/secret.ts';

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

const contextLines = 3;
const mostLines = 200;
const longestLine = 200;
/** Beyond this many lines on both sides together the middle is shown as replaced, not searched for what is common. */
const mostCompared = 4000;

/**
 * The lines in which two texts differ, redacted, as `diff -u` shows them: without a header, lines cut at 200 characters,
 * at most 200 lines. Empty for equal texts.
 * @param before its lines get a `-`
 * @param after its lines get a `+`
 */
export function unifiedDiff(before: string, after: string, redactor: Redactor): string {
  if (before === after) return '';
  const shown = keepContext(compareLines(before.trimEnd().split('\n'), after.trimEnd().split('\n')));
  const cut = shown.length > mostLines ? [...shown.slice(0, mostLines), '…'] : shown;
  return cut.map((line) => redactor.excerpt(line, longestLine)).join('\n') + '\n';
}

function compareLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [old, added] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return [
    ...before.slice(0, start).map(mark(' ')),
    ...(old.length + added.length > mostCompared
      ? [...old.map(mark('-')), ...added.map(mark('+'))]
      : compareMiddle(old, added)),
    ...before.slice(before.length - end).map(mark(' ')),
  ];
}

/** By the longest common subsequence. */
function compareMiddle(old: readonly string[], added: readonly string[]): readonly Line[] {
  const common = commonLengths(old, added);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < added.length) {
    const isSame = i < old.length && j < added.length && old[i] === added[j];
    const takesOld = j === added.length || (i < old.length && common(i + 1, j) >= common(i, j + 1));
    if (isSame) lines.push(...old.slice(i, i + 1).map(mark(' ')));
    else if (takesOld) lines.push(...old.slice(i, i + 1).map(mark('-')));
    else lines.push(...added.slice(j, j + 1).map(mark('+')));
    if (isSame || takesOld) i += 1;
    if (isSame || !takesOld) j += 1;
  }
  return lines;
}

/** How many lines the rests of both texts have in common, from a line of each on. */
function commonLengths(old: readonly string[], added: readonly string[]): (i: number, j: number) => number {
  const width = added.length + 1;
  const table = new DataView(new ArrayBuffer(2 * width * (old.length + 1)));
  const at = (i: number, j: number): number => table.getUint16(2 * (i * width + j));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = added.length - 1; j >= 0; j -= 1) {
      const length = old[i] === added[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      table.setUint16(2 * (i * width + j), length);
    }
  }
  return at;
}

function keepContext(lines: readonly Line[]): readonly string[] {
  const shown = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.mark === ' ') continue;
    for (let near = index - contextLines; near <= index + contextLines; near += 1) shown.add(near);
  }
  const texts: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (!shown.has(index)) continue;
    if (index > 0 && !shown.has(index - 1)) texts.push('@@');
    texts.push(line.mark + line.text);
  }
  return texts;
}

function mark(sign: Line['mark']): (text: string) => Line {
  return (text) => ({ mark: sign, text });
}
