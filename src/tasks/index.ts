import type { AnyTask } from '../runtime/define-task.ts';

interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<AnyTask>;
}

/**
 * All tasks in the order of a move. Each is loaded only when asked for: starting one must not pay for the others.
 * A contract test holds names and aliases equal to the definitions.
 */
export const entries: readonly Entry[] = [
  { name: 'crane-summary', load: async () => (await import('./crane-summary.ts')).craneSummary },
];

/** The entry whose name or alias is given. */
export function findEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name || entry.aliases?.includes(name) === true);
}
