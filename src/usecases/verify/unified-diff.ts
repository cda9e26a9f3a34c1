import { structuredPatch } from 'diff';

import type { Redactor } from '../../domain/core/secret.ts';

const context = 3;
const mostLines = 200;
const longestLine = 200;
/** With more changed lines the middle is shown as replaced, not searched for what is common. */
const maxEditLength = 1000;

/**
 * The lines in which two texts differ, redacted, as `diff -u` shows them: without a header, at most 200 lines of 200
 * characters. Empty for equal texts.
 */
export function unifiedDiff(before: string, after: string, redactor: Redactor): string {
  if (before === after) return '';
  const [old, added] = [`${before.trimEnd()}\n`, `${after.trimEnd()}\n`];
  const patch = structuredPatch('', '', old, added, undefined, undefined, { context, maxEditLength });
  const hunks = patch?.hunks ?? [replaceMiddle(old.split('\n').slice(0, -1), added.split('\n').slice(0, -1))];
  const shown = hunks.flatMap(({ oldStart, lines }) => (oldStart > 1 ? ['@@', ...lines] : lines));
  const cut = shown.length > mostLines ? [...shown.slice(0, mostLines), '…'] : shown;
  return cut.map((line) => redactor.excerpt(line, longestLine)).join('\n') + '\n';
}

/** One hunk from the first to the last difference. */
function replaceMiddle(before: readonly string[], after: readonly string[]): { oldStart: number; lines: string[] } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const first = Math.max(0, start - context);
  const lines = [
    ...before.slice(first, start).map((text) => ` ${text}`),
    ...before.slice(start, before.length - end).map((text) => `-${text}`),
    ...after.slice(start, after.length - end).map((text) => `+${text}`),
    ...before
      .slice(before.length - end)
      .slice(0, context)
      .map((text) => ` ${text}`),
  ];
  return { oldStart: first + 1, lines };
}
