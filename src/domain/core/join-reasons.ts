/** What clusters told, from the whole to its cause, as one sentence: `pod not placed: no node fits`. What they left out, or left empty, is left out. */
export function joinReasons(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(': ');
}
