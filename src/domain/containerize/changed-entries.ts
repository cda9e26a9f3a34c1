import type { FileEntry } from './file-entry.ts';
import type { LayerPlan, PlannedEntry } from './layer-plan.ts';

/** A file whose content in the image may be none that it ever had at one time. */
export interface InconsistentFile {
  readonly path: string;
  /** `not-read`: it is as it was, but did not come, as a file does that must not be read. */
  readonly reason: 'changed' | 'vanished' | 'not-read';
  /** A file of a database: half of a change can make it unreadable. */
  readonly isDatabase: boolean;
}

/** Whether two plans are for the same layer: the same files, and none of them changed in between. */
export function isSamePlan(a: LayerPlan, b: LayerPlan): boolean {
  return (
    a.entries.length === b.entries.length &&
    a.entries.every((planned, index) => isSamePlanned(planned, b.entries[index])) &&
    a.whiteouts.join('\0') === b.whiteouts.join('\0') &&
    a.opaque.join('\0') === b.opaque.join('\0')
  );
}

/**
 * Whether a file is as it was. The time of a folder changes when a file in it is added or removed, which its own entry shows.
 */
function isUnchanged(a: FileEntry, b: FileEntry): boolean {
  const isSame = a.kind === b.kind && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.inode === b.inode;
  if (!isSame || a.kind === 'directory') return isSame;
  // Another name of the file changes the second time too, but not the content.
  const isSameTime = a.modified === b.modified && (a.changed === b.changed || a.links !== b.links);
  return isSameTime && a.size === b.size && a.target === b.target;
}

/** What is known of a layer when its files are listed again. */
export interface WrittenFiles {
  readonly plan: LayerPlan;
  /** Paths that did not come. */
  readonly missing: readonly string[];
  /** Paths of files that begin as a SQLite database does. */
  readonly databases: readonly string[];
}

/**
 * Names the files of a layer that are not as they were when they were listed, and those that are not in the layer.
 * @param now the files by path
 */
export function findInconsistent(
  { plan, missing, databases }: WrittenFiles,
  now: ReadonlyMap<string, FileEntry>,
): readonly InconsistentFile[] {
  const [absent, known] = [new Set(missing), new Set(databases)];
  return plan.entries.flatMap(({ entry }): readonly InconsistentFile[] => {
    const { path } = entry;
    const reason = reasonOf(entry, now.get(path), absent);
    return reason === undefined ? [] : [{ path, reason, isDatabase: isDatabase(path, now, known) }];
  });
}

function reasonOf(
  entry: FileEntry,
  found: FileEntry | undefined,
  absent: ReadonlySet<string>,
): InconsistentFile['reason'] | undefined {
  if (found === undefined) return 'vanished';
  if (!isUnchanged(entry, found)) return 'changed';
  return absent.has(entry.path) ? 'not-read' : undefined;
}

const besides = ['-wal', '-journal', '-shm'];

function isDatabase(path: string, now: ReadonlyMap<string, FileEntry>, databases: ReadonlySet<string>): boolean {
  const owner = besides.find((ending) => path.endsWith(ending));
  const isBeside = owner !== undefined && databases.has(path.slice(0, -owner.length));
  return databases.has(path) || isBeside || besides.some((ending) => now.has(`${path}${ending}`));
}

function isSamePlanned(a: PlannedEntry, b: PlannedEntry | undefined): boolean {
  if (b === undefined || a.entry.path !== b.entry.path || a.linkTo !== b.linkTo) return false;
  return isUnchanged(a.entry, b.entry) && isSameSource(a.source, b.source);
}

function isSameSource(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  return a?.modified === b?.modified && a?.size === b?.size;
}
