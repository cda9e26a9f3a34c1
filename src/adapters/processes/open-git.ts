import { isBehind } from '../../domain/git/complaint.ts';
import type { Git } from '../../domain/git/git.ts';
import type { Remote } from '../../domain/git/remote.ts';
import {
  checked,
  openRepository,
  outputOf,
  parseRefs,
  remoteName,
  type RepositoryOptions,
  type RunGit,
} from './git-repository.ts';

export interface OpenGitOptions extends RepositoryOptions {
  /** The folder whose files are committed; it is only read. */
  readonly workFolder: string;
  readonly author: { readonly name: string; readonly email: string };
}

export interface OpenGit extends Git {
  readonly close: () => Promise<void>;
}

/**
 * Makes an empty repository in a folder of its own, outside the folder whose files are committed, with the remote set.
 * Hooks, helpers and settings of the user take no part.
 * @throws TaskError `program-missing`, `git-refused`, `invalid-file`
 */
export async function openGit(options: OpenGitOptions): Promise<OpenGit> {
  const { remote, workFolder, author } = options;
  const { store, runIn, close } = await openRepository(options);
  const { name, email } = author;
  const authors = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email };
  const git = runIn(workFolder, { ...authors, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email });
  return { ...operationsOf(git, { remote, workFolder, index: store.pathOf('index') }), close };
}

const branchFolder = 'refs/heads/';

/**
 * What git starts for a repository on this computer. The settings of that repository could have it run programs: hooks,
 * filters of its work tree, and commands of maintenance. Those of this command line win over them.
 */
function receiverOf({ transport }: Remote): readonly string[] {
  const settings = [
    'core.hooksPath=/dev/null',
    'core.alternateRefsCommand=',
    'core.fsmonitor=false',
    'receive.autogc=false',
    'receive.denyCurrentBranch=refuse',
  ];
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  return transport === 'file' ? [`--receive-pack=git ${options} receive-pack`] : [];
}

type Places = Pick<OpenGitOptions, 'remote' | 'workFolder'> & { readonly index: string };

function operationsOf(git: RunGit, { remote, workFolder, index }: Places): Git {
  const work = { GIT_INDEX_FILE: `${index}-work` };
  const whole: RunGit = (args) => git(args, { GIT_INDEX_FILE: `${index}-whole` });
  async function placeTree(parent: string | undefined, folder: string, tree: string): Promise<string> {
    const step = (args: readonly string[]): Promise<string> => checked(whole, `putting the files into ${folder}`, args);
    const old = ['rm', '-r', '--cached', '--force', '--quiet', '--ignore-unmatch', '--', `:(top,literal)${folder}`];
    await step(['read-tree', ...(parent === undefined ? ['--empty'] : [parent])]);
    // Removing from an index asks for a work tree, and touches nothing in it.
    await step([`--work-tree=${workFolder}`, ...old]);
    await step(['read-tree', '-i', `--prefix=${folder}/`, tree]);
    return step(['write-tree']);
  }
  return {
    async heads() {
      const args = ['ls-remote', '--symref', remoteName, 'HEAD', 'refs/heads/*'];
      const { own, ids } = parseRefs(await checked(git, `reading ${remote.url}`, args));
      const heads = [...ids].filter(([name]) => name.startsWith(branchFolder));
      return { own, tips: new Map(heads.map(([name, id]) => [name.slice(branchFolder.length), id])) };
    },
    async fetch(branch) {
      const args = ['fetch', '--quiet', '--no-tags', '--depth=1', remoteName, `refs/heads/${branch}`];
      await checked(git, `fetching branch ${branch} of ${remote.url}`, args);
      return checked(git, 'reading the fetched commit', ['rev-parse', '--verify', 'FETCH_HEAD^{commit}']);
    },
    async snapshot(files) {
      const doing = `reading ${workFolder}`;
      // git add would take a repository within the folder for a submodule, and leave its files out.
      const args = [`--work-tree=${workFolder}`, 'update-index', '--add', '-z', '--stdin'];
      outputOf(await git(args, work, files.map((file) => `${file}\0`).join('')), doing);
      return checked((each) => git(each, work), doing, ['write-tree']);
    },
    place: (parent, folder, tree) => (folder === '' ? Promise.resolve(tree) : placeTree(parent, folder, tree)),
    treeOf: (commit) => checked(git, 'reading a commit', ['rev-parse', '--verify', `${commit}^{tree}`]),
    commit: ({ tree, parent, message }) => {
      const parents = parent === undefined ? [] : ['-p', parent];
      return checked(git, 'committing', ['commit-tree', tree, ...parents, '-m', message]);
    },
    async push({ commit, branch, force }) {
      const refspec = `${force ? '+' : ''}${commit}:refs/heads/${branch}`;
      const args = ['push', '--porcelain', ...receiverOf(remote), remoteName, refspec];
      const { exitCode, stdout, stderr, complain } = await git(args);
      if (exitCode === 0) return 'pushed';
      if (isBehind(stdout)) return 'behind';
      throw complain(`pushing to ${remote.url}`, `${stderr}\n${stdout}`);
    },
  };
}
