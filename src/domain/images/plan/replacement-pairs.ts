import type { SyncPlan } from './sync-plan.ts';

/** A registry by the name that manifests have for it, and by the one it is read from. */
export interface NamedRegistry {
  readonly inside: string;
  readonly outside: string;
}

/**
 * Pairs `from=to`, separated by commas, with which crane-transform rewrites the names of planned images to where they
 * go: one for each folder of repositories that keep their last part, else one for each repository.
 * @param named registries whose images manifests name; those of others are left out
 */
export function formatReplacementPairs(plan: SyncPlan, named: readonly NamedRegistry[]): string {
  const { registry, internalRegistry: host = registry } = plan.destination;
  const moves = new Map<string, string>();
  for (const { source, destination } of [...plan.images, ...(plan.unpinned ?? [])]) {
    for (const { inside, outside } of named) {
      if (outside === source.host) moves.set(`${inside}/${source.path}`, `${host}/${destination.path}`);
    }
  }
  return [...foldMoves(moves)].map(([from, to]) => `${from}=${to}`).join(',');
}

/** Repositories of one folder that all go to one folder under their own names need one pair, that of the folders. */
function foldMoves(moves: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const all = [...moves];
  const folded = all.map(([from, to]): readonly [string, string] => {
    const beside = all.filter(([other]) => folderOf(other) === folderOf(from));
    const isWhole = beside.every(
      ([other, target]) => lastPart(other) === lastPart(target) && folderOf(target) === folderOf(to),
    );
    return isWhole ? [folderOf(from), folderOf(to)] : [from, to];
  });
  return new Map(folded.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function folderOf(repository: string): string {
  return repository.slice(0, repository.lastIndexOf('/'));
}

function lastPart(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
