import { TaskError } from '../core/errors.ts';
import type { LeftOut, SourceEntry, SourceList } from './source-list.ts';

/** What a list of files does not show of the commit that they are of. */
export interface CommitFacts {
  /** When the commit was made, in seconds since 1970. */
  readonly seconds: number;
  /** Ids of commits of other repositories by path, relative to the listed folder. */
  readonly submodules: ReadonlyMap<string, string>;
  /** Paths of files whose content is in a storage of Git LFS. */
  readonly pointers: ReadonlySet<string>;
}

/** The largest time that the header of a tar archive has digits for. */
const latest = 0o77777777777;

/**
 * The files of a commit as a source that is the same on each computer: times are that of the commit, and modes are those
 * that Git has. What the repository itself does not contain is left out with a reason.
 * @throws TaskError `invalid-file` when no file is left
 */
export function listCommit({ entries, leftOut, ruleFile }: SourceList, facts: CommitFacts): SourceList {
  const modified = Math.min(Math.max(0, Math.floor(facts.seconds) || 0), latest);
  const kept = entries.filter((entry) => whyOutside(entry, facts) === undefined);
  if (!kept.some(({ kind }) => kind !== 'folder')) {
    throw new TaskError('invalid-file', 'listing the commit: all files are submodules or pointers of Git LFS', {
      remedy: 'Push a folder that has the files, such as a clone with its submodules and LFS files.',
    });
  }
  return {
    entries: kept.map((entry) => ({ ...entry, modified, mode: modeOf(entry) })),
    leftOut: [...leftOut, ...entries.flatMap((entry) => outside(entry, facts))].sort(byPath),
    ruleFile,
  };
}

function outside(entry: SourceEntry, facts: CommitFacts): readonly LeftOut[] {
  const rule = whyOutside(entry, facts);
  if (rule === undefined) return [];
  const isFolder = entry.kind === 'folder';
  return [
    { path: isFolder ? `${entry.path}/` : entry.path, bytes: isFolder ? undefined : entry.size, rule, isMissing: true },
  ];
}

function whyOutside({ path }: SourceEntry, { submodules, pointers }: CommitFacts): string | undefined {
  const commit = submodules.get(path);
  if (commit !== undefined) return `a submodule at commit ${commit}: its files are in another repository`;
  return pointers.has(path) ? 'a pointer of Git LFS: its content is in another storage' : undefined;
}

function modeOf({ kind, mode }: SourceEntry): number {
  return kind !== 'file' || (mode & 0o100) !== 0 ? 0o755 : 0o644;
}

function byPath(a: LeftOut, b: LeftOut): number {
  return a.path < b.path ? -1 : 1;
}
