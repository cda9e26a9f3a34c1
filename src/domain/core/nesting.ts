/**
 * The levels that a value may have: Kubernetes nests a few dozen at most, and far deeper values are made to exhaust the
 * stack. One number for everything that is read, so that no program writes what the next one refuses.
 */
export const deepest = 200;

/** Whether a value of JSON or YAML has more levels of lists and maps than allowed. */
export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((each) => isTooDeep(each, levels - 1));
}
