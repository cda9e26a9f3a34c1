import type { ShownExport } from './show-exports.ts';

/** Which exports are kept. */
export interface Retention {
  /** Milliseconds: younger ones are kept; undefined: age does not matter. */
  readonly age: number | undefined;
  /** So many ready exports of each workload are kept, the newest ones; undefined: the number does not matter. */
  readonly count: number | undefined;
}

/**
 * The exports to delete, oldest first. An export is kept if one of the rules keeps it. Exports without an image do not
 * count, and only their age keeps them. Records of deleted exports are deleted by age only. An export that is in progress
 * is always kept.
 * @param now milliseconds since 1970
 */
export function chooseOldExports(
  exports: readonly ShownExport[],
  { age, count }: Retention,
  now: number,
): readonly ShownExport[] {
  const newest = new Set(count === undefined ? [] : newestOfEach(exports, count));
  return [...exports]
    .sort((a, b) => timeOf(a) - timeOf(b))
    .filter((shown) => {
      if (shown.state === 'in-progress' || newest.has(shown)) return false;
      if (age === undefined) return shown.state !== 'deleted';
      return now - timeOf(shown) > age;
    });
}

function newestOfEach(exports: readonly ShownExport[], count: number): readonly ShownExport[] {
  const ready = exports.filter(({ state }) => state === 'ready');
  const groups = Map.groupBy(ready, ({ entry }) => `${entry.workload.kind}/${entry.workload.name}`);
  return [...groups.values()].flatMap((group) => group.sort((a, b) => timeOf(b) - timeOf(a)).slice(0, count));
}

/** A time that cannot be read is now, so that nothing is deleted for it. */
function timeOf({ entry }: ShownExport): number {
  const time = Date.parse(entry.created);
  return Number.isNaN(time) ? Infinity : time;
}
