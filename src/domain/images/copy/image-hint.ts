/**
 * Characters that the longest results of a task may have together. All results of a Task share 4 KiB with what Tekton
 * adds to them; 2 KiB is what this project allows itself, and counts and digests take less than half of it.
 */
export const longestResults = 1024;

/**
 * A type hint of Tekton Chains, `repository@digest` and so on, cut after the last name that fits.
 * @param names in their order in the hint; the first ones are kept
 */
export function formatImageHint(names: readonly string[], longest: number): string {
  let hint = '';
  for (const name of names) {
    const longer = hint === '' ? name : `${hint},${name}`;
    if (longer.length > longest) break;
    hint = longer;
  }
  return hint;
}

/** Names of a hint; none of an empty one. */
export function parseImageHint(hint: string): readonly string[] {
  return hint === '' ? [] : hint.split(',');
}

/** Says that a hint was cut, for the end of a summary; empty when it was not. */
export function describeTruncation(hint: string, count: number): string {
  const shown = parseImageHint(hint).length;
  return shown === count ? '' : `; the result IMAGES holds ${String(shown)} of ${String(count)}`;
}
