import type { Operation } from '../../kube/json-patch.ts';

/** What becomes of one aspect of a resource, and what of it could not be carried over. */
export interface Change {
  readonly patches: readonly Operation[];
  readonly notes: readonly string[];
}

export const noChange: Change = { patches: [], notes: [] };

/** Several changes as one, in order; a note that comes again stands once. */
export function joinChanges(...changes: readonly Change[]): Change {
  return {
    patches: changes.flatMap((change) => change.patches),
    notes: [...new Set(changes.flatMap((change) => change.notes))],
  };
}
