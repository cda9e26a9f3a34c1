import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';

import { readCaBundle } from '../../adapters/files/read-mounted.ts';
import { openGitReader, type CheckedOut } from '../../adapters/processes/open-git-reader.ts';
import { findLfsPointers } from '../../adapters/source/find-lfs-pointers.ts';
import { openSource, type SourceOptions } from '../../adapters/source/open-source.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { checkRevision, parseRemote, type Remote } from '../../domain/git/remote.ts';
import { listCommit } from '../../domain/source/commit-list.ts';
import type { SourceReader } from '../../domain/source/source-list.ts';
import type { TaskContext } from '../../runtime/define-task.ts';
import { fetchCommit } from '../../usecases/git/fetch-commit.ts';

/** A repository and what of it is the source. */
export interface GitAddress {
  readonly remote: Remote;
  readonly revision: string | undefined;
}

interface GitSourceOptions extends GitAddress, Omit<SourceOptions, 'adapt' | 'signal'> {
  /** Folder with credentials; undefined: those in the home folder. */
  readonly credentials: string | undefined;
  readonly caBundle: string | undefined;
}

/**
 * Reads the address of a repository, as Epinio writes it too: `URL[,REVISION]`.
 * @throws TaskError `invalid-param`
 */
export function parseGitAddress(
  text: string,
  revision: string | undefined,
  { log }: Pick<TaskContext, 'log'>,
): GitAddress {
  // A password may have a comma too, which an @ follows.
  const [, url = text, after] = /^(.*),([^,@]*)$/s.exec(text) ?? [];
  const remote = parseRemote(url, log.redactor, 'git');
  if (after !== undefined && revision !== undefined && after !== revision)
    throw refuse(`revision ${JSON.stringify(after)} differs from git-revision`, 'Give the revision once.');
  const given = revision ?? after;
  return { remote, revision: given === undefined ? undefined : checkRevision(given, 'git-revision') };
}

/**
 * Fetches a commit and does something with its files as a source. They are in a private folder, which is removed at the
 * end, if the source was not discarded before. The login is removed before `use` begins.
 * @throws TaskError
 */
export async function withGitSource<T>(
  options: GitSourceOptions,
  context: TaskContext,
  use: (source: SourceReader) => Promise<T>,
): Promise<T> {
  const { environment, signal, noteProgram, log } = context;
  const { remote, revision, credentials } = options;
  const caBundle = await readCaBundle(options.caBundle);
  const common = { environment, signal, noteProgram, redactor: log.redactor };
  const git = await openGitReader({ remote, credentials, caBundle, ...common });
  try {
    const commit = await fetchCommit({ url: remote.url, revision }, { git, log });
    const files = await git.checkOut(commit);
    const { list, pack } = await openFiles(files, options, signal);
    log.info(`commit ${commit} of ${remote.url}`);
    return await use({ origin: remote.url, commit, list, pack, discard: git.close });
  } finally {
    await git.close();
  }
}

async function openFiles(
  { folder, seconds, submodules }: CheckedOut,
  options: GitSourceOptions,
  signal: AbortSignal,
): Promise<SourceReader> {
  const source = await openSource(folder, {
    ...options,
    signal,
    adapt: async (list, origin) => {
      const pointers = await findLfsPointers(origin, list.entries);
      const below = [...submodules].map(([path, id]): [string, string] => [posix.relative(options.path, path), id]);
      return listCommit(list, { seconds, submodules: new Map(below), pointers });
    },
  });
  if (source.list !== undefined) return source;
  const { size } = await lstat(source.origin);
  const pointers = await findLfsPointers(folder, [{ path: posix.normalize(options.path), kind: 'file', size }]);
  if (pointers.size === 0) return source;
  throw new TaskError('invalid-file', `reading ${options.path}: it is a pointer of Git LFS, not the archive`, {
    remedy: 'Push a folder that has the archive, such as a clone with its LFS files.',
  });
}

function refuse(why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading git: ${why}`, { remedy });
}
