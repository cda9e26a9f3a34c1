import type { FileEntry } from './file-entry.ts';
import { ownerInImage, type OwnerRule } from './layer-owner.ts';
import { isWithin } from './paths.ts';
import type { ContainerizePlan } from './plan.ts';

const othersMay = { file: 0o004, folder: 0o005 };

/**
 * Finds files that a user id without the group of the image cannot read, as Apptainer runs images: those of libraries and
 * packages, and of the start command.
 * @returns outermost paths
 */
export function findOwnerOnly(
  entries: readonly FileEntry[],
  { plan, owners }: { readonly plan: ContainerizePlan; readonly owners: OwnerRule },
): readonly string[] {
  const needed = neededPaths(plan);
  const closed = entries.filter(
    (entry) => isClosed(entry, owners) && needed.some((path) => isWithin(entry.path, path)),
  );
  const paths = new Set(closed.map(({ path }) => path));
  return [...paths].filter((path) => !isBelowAny(path, paths)).sort();
}

/** What all users need to start an application: libraries and packages, and the absolute paths of the start command. */
export function neededPaths({ areas, start }: Pick<ContainerizePlan, 'areas' | 'start'>): readonly string[] {
  const { entrypoint = [], arguments: given = [] } = start;
  const libraries = areas.filter(({ included, kind }) => included && kind !== 'workspace' && kind !== 'changed');
  return [...libraries.map(({ path }) => path), ...[...entrypoint, ...given].filter((word) => word.startsWith('/'))];
}

/** Whole libraries can be closed, so each folder above is looked up. */
function isBelowAny(path: string, paths: ReadonlySet<string>): boolean {
  const above = path.slice(0, path.lastIndexOf('/'));
  return above !== '' && (paths.has(above) || isBelowAny(above, paths));
}

function isClosed(entry: FileEntry, owners: OwnerRule): boolean {
  if (entry.kind !== 'file' && entry.kind !== 'directory') return false;
  const wanted = entry.kind === 'file' ? othersMay.file : othersMay.folder;
  return (ownerInImage(entry, owners).mode & wanted) !== wanted;
}
