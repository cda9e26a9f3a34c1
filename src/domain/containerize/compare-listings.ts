import type { FileEntry } from './file-entry.ts';

/** What changed between two listings of the same folders. Entries of the later one, of `vanished` those of the earlier. */
export interface ListingChanges {
  readonly changed: readonly FileEntry[];
  readonly added: readonly FileEntry[];
  readonly vanished: readonly FileEntry[];
  /** Folders of which only the dates differ, because files were added to them or removed: that does not matter. */
  readonly folderOnly: readonly FileEntry[];
}

/** Compares by what a program cannot set: the time of the last change, the inode and the size. */
export function compareListings(before: readonly FileEntry[], after: readonly FileEntry[]): ListingChanges {
  const earlier = new Map(before.map((entry) => [entry.path, entry]));
  const later = new Set(after.map(({ path }) => path));
  const changed: FileEntry[] = [];
  const folderOnly: FileEntry[] = [];
  const added: FileEntry[] = [];
  for (const entry of after) {
    const old = earlier.get(entry.path);
    if (old === undefined) added.push(entry);
    else if (hasOtherContent(old, entry)) changed.push(entry);
    else if (old.changed !== entry.changed || old.modified !== entry.modified) folderOnly.push(entry);
  }
  return { changed, added, folderOnly, vanished: before.filter(({ path }) => !later.has(path)) };
}

function hasOtherContent(a: FileEntry, b: FileEntry): boolean {
  if (a.kind !== b.kind || a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.kind === 'directory') return false;
  return a.size !== b.size || a.inode !== b.inode || a.changed !== b.changed || a.target !== b.target;
}
