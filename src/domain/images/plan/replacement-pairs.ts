import { isLeftOut, repositoryOf } from './image-choice.ts';
import type { PlannedImage, SyncPlan, UnpinnedImage } from './sync-plan.ts';

/** A registry by the name that manifests have for it, and by the one it is read from. */
export interface NamedRegistry {
  readonly inside: string;
  readonly outside: string;
}

/**
 * Pairs `from=to`, separated by commas, with which crane-transform rewrites the names of planned images to where they
 * go: one for each folder of repositories that keep their last part, else one for each repository. Where an image of a
 * registry without streams is left out on request, it keeps its name: then one for each tag and digest.
 * @param named registries whose images manifests name; those of others are left out
 */
export function formatReplacementPairs(plan: SyncPlan, named: readonly NamedRegistry[]): string {
  const { registry, internalRegistry: host = registry } = plan.destination;
  const moves = new Map<string, string>();
  const exact: string[] = [];
  const kept = keptRepositories(plan);
  const holdsKept = (path: string): boolean => kept.some((each) => each === path || each.startsWith(`${path}/`));
  for (const image of [...plan.images, ...(plan.unpinned ?? [])]) {
    for (const { inside, outside } of named) {
      const [from, to] = [`${inside}/${image.source.path}`, `${host}/${image.destination.path}`];
      if (outside !== image.source.host) continue;
      if (holdsKept(from)) exact.push(...versionsOf(image).map((version) => `${from}${version}=${to}${version}`));
      else moves.set(from, to);
    }
  }
  return [...[...foldMoves(moves, holdsKept)].map(([from, to]) => `${from}=${to}`), ...exact].join(',');
}

/** Repositories of registries without streams that hold an image which the user did not want. */
function keptRepositories({ skipped }: SyncPlan): readonly string[] {
  const kept = skipped.filter((image) => isLeftOut(image) && image.class === 'other-registry');
  return kept.map(({ image }) => repositoryOf(image));
}

function versionsOf(image: PlannedImage | UnpinnedImage): readonly string[] {
  return 'tags' in image ? [...image.tags.map((tag) => `:${tag}`), `@${image.digest}`] : [`:${image.tag}`];
}

/** Repositories of one folder that all go to one folder under their own names need one pair, that of the folders. */
function foldMoves(
  moves: ReadonlyMap<string, string>,
  holdsKept: (path: string) => boolean,
): ReadonlyMap<string, string> {
  const all = [...moves];
  const folded = all.map(([from, to]): readonly [string, string] => {
    const beside = all.filter(([other]) => folderOf(other) === folderOf(from));
    const isFolded = ([other, target]: readonly [string, string]): boolean =>
      lastPart(other) === lastPart(target) && folderOf(target) === folderOf(to);
    const isWhole = !holdsKept(folderOf(from)) && beside.every(isFolded);
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
