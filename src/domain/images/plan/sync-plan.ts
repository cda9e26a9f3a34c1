import type { SyncPlan } from '../../schemas/documents.ts';

/** The text of a plan: two blanks of indentation, one trailing newline, identical for identical plans. */
export function formatSyncPlan(plan: SyncPlan): string {
  return JSON.stringify(plan, undefined, 2) + '\n';
}

/** The tag that an image without one gets at the destination. */
export function keepTag(digest: string): string {
  return `digest-${digest.slice(digest.indexOf(':') + 1).slice(0, 16)}`;
}
