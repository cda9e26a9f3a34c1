import { needsWholeFetch } from '../../domain/git/complaint.ts';
import type { GitReader } from '../../domain/git/git.ts';
import { parseSubmodules } from '../../domain/git/tree.ts';
import { checked, openRepository, outputOf, parseRefs, remoteName, type RepositoryOptions } from './git-repository.ts';

/** The files of a commit, in a private folder. */
export interface CheckedOut {
  readonly folder: string;
  /** When the commit was made, in seconds since 1970. */
  readonly seconds: number;
  /** Ids of commits of other repositories by their paths. The folder has an empty folder for each. */
  readonly submodules: ReadonlyMap<string, string>;
}

export interface OpenGitReader extends GitReader {
  /** Writes the files of a fetched commit, and removes the login. The last use of the repository. */
  readonly checkOut: (commit: string) => Promise<CheckedOut>;
  /** Removes the repository and the files. */
  readonly close: () => Promise<void>;
}

const plainFetch = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-commit-graph'];
// Below a folder of their own: no name of a branch can be taken for an id.
const allRefs = ['+refs/heads/*:refs/fetched/heads/*', '+refs/tags/*:refs/fetched/tags/*'];

/**
 * Makes an empty repository in a private folder, to read one of a server.
 * @throws TaskError `program-missing`, `git-refused`, `invalid-file`
 */
export async function openGitReader(options: RepositoryOptions): Promise<OpenGitReader> {
  const { url } = options.remote;
  const { store, runIn, leaveRemote, close } = await openRepository(options);
  const git = runIn(store.pathOf('.'));
  return {
    async refs(name) {
      const where = name === 'HEAD' ? ['--symref'] : ['--heads', '--tags'];
      return parseRefs(await checked(git, `reading ${url}`, ['ls-remote', ...where, remoteName, name]));
    },
    async fetch(wanted) {
      const end = await git([...plainFetch, '--depth=1', remoteName, wanted]);
      if (end.exitCode !== 0 && needsWholeFetch(end.stderr)) return undefined;
      outputOf(end, `fetching ${url}`);
      return checked(git, `reading ${url}`, ['rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}']);
    },
    async fetchAll() {
      await checked(git, `fetching ${url}`, [...plainFetch, remoteName, ...allRefs]);
    },
    async commitOf(id) {
      const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', `${id}^{commit}`]);
      return exitCode === 0 ? stdout.trim() : undefined;
    },
    async checkOut(commit) {
      const doing = `reading commit ${commit} of ${url}`;
      await store.makeFolder('tree');
      const folder = store.pathOf('tree');
      const work = runIn(folder, { GIT_INDEX_FILE: store.pathOf('index') });
      const tree = `--work-tree=${folder}`;
      await checked(work, doing, [tree, 'read-tree', commit]);
      await checked(work, doing, [tree, 'checkout-index', '--all', '--quiet']);
      const listed = outputOf(await work(['ls-tree', '-r', '-z', '--full-tree', commit]), doing);
      const seconds = Number(await checked(git, doing, ['log', '-1', '--format=%ct', commit]));
      await leaveRemote();
      return { folder, seconds, submodules: parseSubmodules(listed) };
    },
    close,
  };
}
