import { isBelow } from './paths.ts';

/** Where files of a container are for the commands that read them. */
export interface FilePlaces {
  /** Whether the commands run in the container itself, so that all paths are the same. */
  readonly isContainer: boolean;
  /** Undefined for a path that is not in a claim that is mounted here. */
  readonly toLocal: (path: string) => string | undefined;
  readonly toContainer: (local: string, root: string) => string;
  /** Paths in the container below one path, where other claims are mounted. */
  readonly mountsBelow: (path: string) => readonly string[];
}

/**
 * Places of claims.
 * @param mounts local folder by path in the container; none: the commands run in the container itself
 */
export function createPlaces(mounts: ReadonlyMap<string, string>): FilePlaces {
  if (mounts.size === 0) {
    return { isContainer: true, toLocal: (path) => path, toContainer: (local) => local, mountsBelow: () => [] };
  }
  const deepestFirst = [...mounts].sort(([a], [b]) => b.length - a.length);
  const toLocal = (path: string): string | undefined => {
    const found = deepestFirst.find(([mount]) => path === mount || isBelow(path, mount));
    return found === undefined ? undefined : `${found[1]}${path.slice(found[0].length)}`;
  };
  return {
    isContainer: false,
    toLocal,
    toContainer: (local, root) => `${root}${local.slice(toLocal(root)?.length ?? 0)}`,
    mountsBelow: (path) => [...mounts.keys()].filter((mount) => isBelow(mount, path)),
  };
}
