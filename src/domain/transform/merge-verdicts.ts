import type { Operation } from '../kube/json-patch.ts';
import { isBelow } from '../kube/json-pointer.ts';
import type { Verdict } from './plugin.ts';
import { isEqualJson } from '../core/json-object.ts';

/** Digits of the largest index that a patch can name. */
const indexWidth = 9;

export interface NamedVerdict {
  readonly plugin: string;
  readonly verdict: Verdict;
}

/** An operation that lost to another plugin's. */
export interface IgnoredPatch {
  readonly plugin: string;
  readonly operation: Operation;
}

/** What becomes of one resource after all plugins spoke. */
export type MergedVerdict =
  | { readonly kind: 'whiteout'; readonly plugin: string; readonly reason: string }
  | {
      readonly kind: 'patches';
      readonly patches: readonly Operation[];
      readonly ignored: readonly IgnoredPatch[];
      readonly notes: readonly string[];
      readonly problems: readonly string[];
    };

/**
 * Merges verdicts given in order of priority. A whiteout wins over everything, the first one decides. Of operations
 * on one place, or on a place that another one removes or replaces, the earlier plugin's wins. The order of the
 * result depends on the order of the verdicts alone.
 */
export function mergeVerdicts(verdicts: readonly NamedVerdict[]): MergedVerdict {
  const offers: { readonly plugin: string; readonly patches: readonly Operation[] }[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  for (const { plugin, verdict } of verdicts) {
    if (verdict.kind === 'whiteout') return { kind: 'whiteout', plugin, reason: verdict.reason };
    offers.push({ plugin, patches: verdict.patches });
    notes.push(...(verdict.notes ?? []));
    problems.push(...(verdict.problems ?? []));
  }
  const kept: IgnoredPatch[] = [];
  const ignored: IgnoredPatch[] = [];
  for (const { plugin, patches } of offers) {
    const others = [...kept];
    for (const operation of patches) {
      if (others.some((other) => isEqualJson(other.operation, operation))) continue;
      const lost = others.some((other) => doClash(other.operation, operation));
      (lost ? ignored : kept).push({ plugin, operation });
    }
  }
  return { kind: 'patches', patches: orderOperations(kept), ignored, notes, problems };
}

function doClash(winner: Operation, operation: Operation): boolean {
  if (winner.path === operation.path) return !isAppend(winner) || !isAppend(operation);
  if (isBelow(winner.path, operation.path)) return operation.op !== 'test';
  return isBelow(operation.path, winner.path) && winner.op !== 'add' && winner.op !== 'test';
}

function isAppend({ op, path }: Operation): boolean {
  return op === 'add' && path.endsWith('/-');
}

/**
 * Plugins name array items by their index in the original. One plugin's operations keep their order; with several,
 * items are removed after everything else and from the highest index down, so that none moves another's target.
 */
function orderOperations(entries: readonly IgnoredPatch[]): readonly Operation[] {
  const operations = entries.map((entry) => entry.operation);
  if (new Set(entries.map((entry) => entry.plugin)).size < 2) return operations;
  const removals = operations.filter(isItemRemoval).sort((a, b) => (sortKey(b.path) < sortKey(a.path) ? -1 : 1));
  return [...operations.filter((operation) => !isItemRemoval(operation)), ...removals];
}

function isItemRemoval({ op, path }: Operation): boolean {
  return op === 'remove' && /\/\d+$/.test(path);
}

/** Text whose order is that of pointers with their indexes taken as numbers. */
function sortKey(pointer: string): string {
  return pointer.replaceAll(/\d+/g, (digits) => digits.padStart(indexWidth, '0'));
}
