/** Reasons from the general to the specific: `pod not placed: no node fits`. Missing and empty ones are left out. */
export function joinReasons(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(': ');
}
