import type { Revision } from './helm.ts';

/**
 * What makes a release usable after a helm that was killed or failed:
 * `drop`: delete the records of unfinished revisions, so that helm continues from the last good one;
 * `forget`: no revision ever succeeded. Helm would upgrade from one that may never have existed and skip the install
 * hooks. Without its records helm installs again and adopts the objects that are there: nothing is deleted;
 * `finish-uninstall`: helm was killed while it uninstalled.
 */
export type Recovery =
  | { readonly kind: 'none' }
  | { readonly kind: 'drop' | 'forget'; readonly revisions: readonly Revision[] }
  | { readonly kind: 'finish-uninstall' };

/** Decides by the whole history of a release. Only valid when no other run works on the release. */
export function planRecovery(history: readonly Revision[]): Recovery {
  const last = history.at(-1);
  if (last === undefined || last.status === 'uninstalled') return { kind: 'none' };
  if (last.status === 'uninstalling') return { kind: 'finish-uninstall' };
  if (lastGood(history) === undefined) {
    const isKnown = history.every(({ status }) => status === 'failed' || isPending({ status }));
    return isKnown ? { kind: 'forget', revisions: history } : { kind: 'none' };
  }
  const unfinished = history.filter(isPending);
  return unfinished.length === 0 ? { kind: 'none' } : { kind: 'drop', revisions: unfinished };
}

/** Whether a helm works on the release, or worked on it when it was killed: both have the same history. */
export function isUnderWay(history: readonly Revision[]): boolean {
  return history.some((revision) => isPending(revision) || revision.status === 'uninstalling');
}

/** The newest revision that was deployed at any time; undefined when none was. */
export function lastGood(history: readonly Revision[]): Revision | undefined {
  return history.findLast(({ status }) => status === 'deployed' || status === 'superseded');
}

/** The revision that a rollback without a named one returns to: the newest good one before the current state. */
export function previousGood(history: readonly Revision[]): Revision | undefined {
  const last = history.at(-1);
  const before = last?.status === 'deployed' ? history.slice(0, -1) : history;
  return lastGood(before);
}

function isPending({ status }: Pick<Revision, 'status'>): boolean {
  return status === 'pending-install' || status === 'pending-upgrade' || status === 'pending-rollback';
}
