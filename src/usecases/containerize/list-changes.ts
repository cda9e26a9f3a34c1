import type { BaseListing } from '../../domain/containerize/base-listing.ts';
import { findChangedFiles, type ChangedFiles } from '../../domain/containerize/changed-files.ts';
import type { FileEntry, FileReader, ReadNote } from '../../domain/containerize/file-entry.ts';

export interface ChangesInput {
  /** Folders of the container's own file system, such as `/`. */
  readonly paths: readonly string[];
  /** What is not looked at: areas, HOME, mounts. */
  readonly without: readonly string[];
  /** When the container started, in seconds since 1970. */
  readonly startedAt: number;
}

export interface ChangesPorts {
  readonly reader: FileReader;
  /** Lists what the image has of these files and of what is in folders among them. */
  readonly readBase: (entries: readonly FileEntry[]) => Promise<BaseListing>;
}

export interface ListedChanges extends ChangedFiles {
  readonly notes: readonly ReadNote[];
}

/**
 * Finds the files that programs added to a container, changed or removed since it started.
 * @throws TaskError, SyncFailure
 */
export async function listChanges(input: ChangesInput, { reader, readBase }: ChangesPorts): Promise<ListedChanges> {
  const { paths, without, startedAt } = input;
  const { entries, notes } = await reader.list(paths, { without, changedSince: startedAt });
  // The layers of an image are large: they are read only when there is something to compare.
  if (entries.length === 0) return { changed: [], removed: [], notes };
  const base = await readBase(entries);
  const known = entries.filter(({ kind, path }) => kind === 'directory' && (path === '/' || base.has(path)));
  const present = await listPresent(known, without, reader);
  return { ...findChangedFiles({ entries, startedAt, base, present, without }), notes };
}

async function listPresent(
  folders: readonly FileEntry[],
  without: readonly string[],
  reader: FileReader,
): Promise<ReadonlySet<string>> {
  if (folders.length === 0) return new Set();
  const found = await reader.list(
    folders.map(({ path }) => path),
    { without, isShallow: true },
  );
  return new Set([...found.entries, ...found.notes].map(({ path }) => path));
}
