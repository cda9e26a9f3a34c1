import type { BaseEntry, BaseListing } from './base-listing.ts';
import type { FileEntry } from './file-entry.ts';
import { comparePaths } from './path-order.ts';
import { isBelow } from './paths.ts';

/** What is known about the own file system of a container. */
export interface ContainerState {
  /** Files that changed since the container started, by the time that programs cannot set. */
  readonly entries: readonly FileEntry[];
  /** In seconds since 1970. */
  readonly startedAt: number;
  /** Of the image, at least what `changedScope` wants; undefined: not known, then all entries count as changed. */
  readonly base: BaseListing | undefined;
  /** What is now directly in the folders among the entries, sockets, devices and mount points too. */
  readonly present: ReadonlySet<string>;
  /** Paths that were not looked at. */
  readonly without: readonly string[];
}

export interface ChangedFiles {
  /** New and changed files, in the order of the entries. */
  readonly changed: readonly FileEntry[];
  /** What the image has and the container has not; of a folder only itself. Sorted by path in byte order. */
  readonly removed: readonly string[];
}

/** Runtimes prepare files within a second of the start, whose time Kubernetes reports without a fraction. */
const startSeconds = 2;

/** The paths of an image that must be known to compare: what changed, and what was in folders that changed. */
export function changedScope(entries: readonly FileEntry[]): (path: string) => boolean {
  const paths = new Set(entries.map(({ path }) => path));
  const folders = new Set(entries.filter(({ kind }) => kind === 'directory').map(({ path }) => path));
  return (path) => paths.has(path) || folders.has(folderOf(path));
}

/** Files that the image of a container does not have in this form. */
export function findChangedFiles(state: ContainerState): ChangedFiles {
  const { entries, base } = state;
  if (base === undefined) return { changed: entries, removed: [] };
  return {
    changed: entries.filter((entry) => isChanged(entry, base, state.startedAt)),
    removed: findRemoved(state, base),
  };
}

function isChanged(entry: FileEntry, base: BaseListing, startedAt: number): boolean {
  const known = base.get(entry.path);
  if (known === undefined || differs(entry, known)) return true;
  // The time of a folder changes with what is in it.
  if (entry.kind === 'directory') return false;
  // Content can be written and its date be set back.
  return Number(entry.changed) > startedAt + startSeconds;
}

function differs(entry: FileEntry, base: BaseEntry): boolean {
  const { kind, mode, uid, gid, size, modified, target = '' } = entry;
  if (kind !== base.kind || uid !== base.uid || gid !== base.gid) return true;
  // The mode of a link means nothing.
  if (kind === 'symlink') return target !== base.target;
  if (mode !== base.mode) return true;
  if (kind === 'directory') return false;
  return (base.size !== undefined && size !== base.size) || Math.floor(Number(modified)) !== base.modified;
}

function findRemoved({ entries, present, without }: ContainerState, base: BaseListing): readonly string[] {
  const folders = new Set(entries.filter(({ kind }) => kind === 'directory').map(({ path }) => path));
  const isLookedAt = (path: string): boolean => !without.some((other) => other === path || isBelow(path, other));
  return [...base.keys()]
    .filter((path) => path !== '/' && folders.has(folderOf(path)) && !present.has(path) && isLookedAt(path))
    .sort(comparePaths);
}

function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at === 0 ? '/' : path.slice(0, at);
}
