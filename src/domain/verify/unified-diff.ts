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
 * The lines in which two texts differ, as `diff -u` shows them: without a header, lines cut at 200 characters, at most
 * 200 lines. Empty for equal texts.
 * @param before its lines get a `-`
 * @param after its lines get a `+`
 */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return '';
  const shown = keepContext(compareLines(before.trimEnd().split('\n'), after.trimEnd().split('\n')));
  const cut = shown.length > mostLines ? [...shown.slice(0, mostLines), '…'] : shown;
  return cut.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)).join('\n') + '\n';
}

function compareLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const [old, young] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  return [
    ...before.slice(0, start).map(mark(' ')),
    ...(old.length + young.length > mostCompared
      ? [...old.map(mark('-')), ...young.map(mark('+'))]
      : compareMiddle(old, young)),
    ...before.slice(before.length - end).map(mark(' ')),
  ];
}

/** By the longest common subsequence, a row of lengths for each line. */
function compareMiddle(old: readonly string[], young: readonly string[]): readonly Line[] {
  const rows: Uint16Array[] = [new Uint16Array(young.length + 1)];
  for (const line of old.toReversed()) {
    const below = rows.at(-1) ?? new Uint16Array(0);
    const row = new Uint16Array(young.length + 1);
    for (let at = young.length - 1; at >= 0; at -= 1) {
      row[at] = line === young[at] ? (below[at + 1] ?? 0) + 1 : Math.max(below[at] ?? 0, row[at + 1] ?? 0);
    }
    rows.push(row);
  }
  return walk(old, young, rows.reverse());
}

function walk(old: readonly string[], young: readonly string[], rows: readonly Uint16Array[]): readonly Line[] {
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [old[i], young[j]];
    if (a === undefined && b === undefined) return lines;
    if (a !== undefined && a === b) {
      lines.push({ mark: ' ', text: a });
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || (rows[i + 1]?.[j] ?? 0) >= (rows[i]?.[j + 1] ?? 0))) {
      lines.push({ mark: '-', text: a });
      i += 1;
    } else if (b !== undefined) {
      lines.push({ mark: '+', text: b });
      j += 1;
    }
  }
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
