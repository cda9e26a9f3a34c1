import { TaskError } from '../../domain/core/errors.ts';
import { complaintOf } from '../../domain/git/complaint.ts';
import { prepareAccess, type AccessOptions } from './git-access.ts';
import { createPrivateFolder, type PrivateFolder } from './private-folder.ts';
import { askVersion, runProgram, type ProgramEnd } from './run-program.ts';

export interface RepositoryOptions extends Omit<AccessOptions, 'folder'> {
  readonly signal: AbortSignal;
  readonly noteProgram: (program: string, version: string) => void;
}

export interface GitEnd extends ProgramEnd {
  readonly complain: (doing: string, text: string) => TaskError;
}

/** Runs git with the repository. `more` adds to its environment; `input` is its standard input. */
export type RunGit = (
  args: readonly string[],
  more?: Readonly<Record<string, string>>,
  input?: string,
) => Promise<GitEnd>;

/** An empty local repository whose remote is set. */
export interface GitRepository {
  /** Has the repository, and free space for what belongs to it. */
  readonly store: PrivateFolder;
  /** How git runs in a folder, with additions to its environment. */
  readonly runIn: (folder: string, environment?: Readonly<Record<string, string>>) => RunGit;
  /** Removes the login. Then git can only work with what was fetched, and has no settings. */
  readonly leaveRemote: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const timeoutMilliseconds = 600_000;
export const remoteName = 'origin';

/**
 * gitattributes(5): this file wins over those of a work tree, which could change what is committed. Bytes are committed
 * as they are.
 */
const noAttributes = '* -filter -ident -text -eol !working-tree-encoding\n';

/** Lists of large trees have some hundred bytes for each file. */
const mostOutput = 256 * 1024 * 1024;

/**
 * Makes an empty repository in a private folder, with the remote set. Hooks, helpers and settings of the user take no
 * part.
 * @throws TaskError `program-missing`, `git-refused`, `invalid-file`
 */
export async function openRepository(options: RepositoryOptions): Promise<GitRepository> {
  const { environment, signal } = options;
  const access = await createPrivateFolder();
  // Histories can be large, and the temporary folder of a step is memory.
  const store = await createPrivateFolder(environment['HOME'] ?? environment['TMPDIR']).catch(() =>
    createPrivateFolder(),
  );
  const close = async (): Promise<void> => {
    await Promise.all([access.remove(), store.remove()]);
  };
  try {
    const own = await prepareAccess({ ...options, folder: access });
    const gitFolder = store.pathOf('repository.git');
    const runIn: GitRepository['runIn'] = (cwd, added) => async (args, more, input) => {
      const all = [`--git-dir=${gitFolder}`, ...args];
      const surroundings = { environment: { ...own, ...added, ...more }, cwd, signal, timeoutMilliseconds, mostOutput };
      const end = await runProgram({ program: 'git', args: all, input, ...surroundings });
      return { ...end, complain: (doing, text) => complaintOf(doing, text, options.redactor) };
    };
    const version = await askVersion({ program: 'git', args: ['--version'], environment: own, signal });
    if (version !== undefined) options.noteProgram('git', version);
    const git = runIn(store.pathOf('.'));
    await checked(git, 'making a repository', ['init', '--quiet', '--bare', '--template=', gitFolder]);
    await checked(git, 'making a repository', ['config', `remote.${remoteName}.url`, options.remote.url]);
    await store.write('repository.git/info/attributes', noAttributes);
    return { store, runIn, leaveRemote: () => access.remove(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Lines of git-ls-remote(1): `ref: refs/heads/main<tab>HEAD` with --symref, then `<id><tab><name>`. */
export function parseRefs(text: string): {
  readonly own: string | undefined;
  readonly ids: ReadonlyMap<string, string>;
} {
  const ids = [...text.matchAll(/^([0-9a-f]{40,64})\t(.+)$/gm)];
  return {
    own: /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1],
    ids: new Map(ids.map(([, id = '', name = '']) => [name, id])),
  };
}

/** Runs git and gives its output, without blanks at both ends. @throws TaskError with what git says */
export async function checked(git: RunGit, doing: string, args: readonly string[]): Promise<string> {
  return outputOf(await git(args), doing).trim();
}

/** The output of a git that succeeded. @throws TaskError with what git says */
export function outputOf({ exitCode, stdout, stderr, complain }: GitEnd, doing: string): string {
  if (exitCode === 0) return stdout;
  if (/No space left on device/i.test(stderr)) {
    throw new TaskError('disk-full', `${doing}: no free space for the repository`, {
      remedy: 'Free space in the home folder of the step, then run again.',
    });
  }
  throw complain(doing, stderr);
}
