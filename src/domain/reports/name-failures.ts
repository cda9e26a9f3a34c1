import type { Item } from './outcome.ts';

const mostNamed = 5;

/** The tail of a summary: how many items failed, and the first of them by name with their reasons. */
export function nameFailures(items: readonly Item[]): string {
  const failures = items.filter((item) => item.outcome === 'failed');
  if (failures.length === 0) return '0 failed';
  const named = failures.slice(0, mostNamed).map(({ id, reason }) => `${id} (${reason})`);
  const more = failures.length > mostNamed ? ', …' : '';
  return `${String(failures.length)} failed: ${named.join(', ')}${more}`;
}
