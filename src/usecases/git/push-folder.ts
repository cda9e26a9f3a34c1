import type { Git } from '../../domain/git/git.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Outcome } from '../../domain/reports/outcome.ts';
import {
  findPlainSecret,
  fromWideText,
  isManifestName,
  isPackedManifestName,
  partsOf,
} from '../../domain/git/plain-secrets.ts';
import type { Log, Folder, YamlCodec } from '../../domain/core/ports.ts';

export interface PushFolderInput {
  /** Shown to the reader. */
  readonly url: string;
  /** Undefined: the repository's own branch. */
  readonly branch: string | undefined;
  /** Where the files go in the repository; empty for its root. */
  readonly folder: string;
  readonly message: string;
  /** Replace the branch and its history by one new commit. */
  readonly force: boolean;
  /** Let Secrets be pushed that anyone can read. */
  readonly allowPlainSecrets: boolean;
}

export interface PushFolderPorts {
  readonly git: Git;
  readonly work: Folder;
  readonly yaml: YamlCodec;
  readonly log: Log;
}

export type PushFolderResult = 'commit' | 'branch' | 'pushed' | 'file-count';

/** As `git init` calls the first branch where nothing else is said. */
const firstBranch = 'master';
const ownEntries = ['reports', 'index.json'];
const mostTries = 5;

/**
 * Puts the files of a folder into a branch of a repository as one commit on top of what is there, so that the place in the
 * repository holds exactly these files, and reads back that the branch is at that commit. Nothing is pushed when it holds
 * them already.
 * @throws TaskError `invalid-file` for a Secret that anyone could read, `unauthorized`, `git-refused`, `unreachable` …
 */
export async function pushFolder(
  input: PushFolderInput,
  ports: PushFolderPorts,
): Promise<Outcome<PushFolderResult, 'git'>> {
  const { git, log } = ports;
  const files = await listContent(input, ports);
  const { own, tips } = await git.heads();
  const branch = input.branch ?? own ?? firstBranch;
  const tree = await git.snapshot(files);
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const known = tries === 1 ? tips : (await git.heads()).tips;
    const parent = known.has(branch) && !input.force ? await git.fetch(branch) : undefined;
    const whole = await git.place(parent, input.folder, tree);
    if (parent !== undefined && (await git.treeOf(parent)) === whole)
      return toOutcome(input, { branch, commit: parent, files: files.length }, false);
    const commit = await git.commit({ tree: whole, parent, message: input.message });
    if ((await git.push({ commit, branch, force: input.force })) === 'pushed') {
      await prove(git, branch, { commit, url: input.url });
      return toOutcome(input, { branch, commit, files: files.length }, true);
    }
    log.info(`branch ${branch} got other commits meanwhile: committing on top of them`);
  }
  const problem = `branch ${branch} changes faster than it can be pushed to`;
  throw new TaskError('incomplete', `pushing to ${input.url}: ${problem}`, {
    remedy: 'Run again when no other client pushes to it.',
  });
}

/** The files to push. What a repository once held cannot be taken back. */
async function listContent(
  { allowPlainSecrets }: PushFolderInput,
  { work, yaml }: PushFolderPorts,
): Promise<readonly string[]> {
  const files = (await work.list()).filter(
    (path) => !/(?:^|\/)\.git(?:\/|$)/i.test(path) && !ownEntries.includes(path.split('/')[0] ?? ''),
  );
  if (files.length === 0) {
    throw new TaskError('invalid-file', `reading ${work.path}: there is nothing to push`, {
      remedy: 'Bind the folder that holds the manifests.',
    });
  }
  for (const path of allowPlainSecrets ? [] : files) {
    const problem = await problemOf(path, { work, yaml });
    if (problem === undefined) continue;
    throw new TaskError('invalid-file', `reading ${path}: ${problem}`, {
      remedy: 'Export with sealed Secrets, or set allow-plain-secrets when the repository may hold them.',
    });
  }
  return files;
}

type Reading = Pick<PushFolderPorts, 'work' | 'yaml'>;

/** Why a file is not pushed; undefined for most. */
async function problemOf(path: string, { work, yaml }: Reading): Promise<string | undefined> {
  if (isPackedManifestName(path)) return 'a packed manifest cannot be searched for Secrets that are not sealed';
  const documents = await readDocuments(path, { work, yaml });
  const parse = (text: string): readonly unknown[] => parseAny(text, path, yaml);
  const plain = documents.map((each) => findPlainSecret(each, parse)).find((found) => found !== undefined);
  return plain === undefined ? undefined : `${plain} is not sealed, and would be readable in git for good`;
}

/** A manifest can be in a file of any name. Other files that are not YAML, such as images, have no documents. */
async function readDocuments(path: string, { work, yaml }: Reading): Promise<readonly unknown[]> {
  const text = fromWideText((await work.read(path)) ?? '');
  try {
    return yaml.parse(text, path);
  } catch (error) {
    if (isManifestName(path)) throw error;
    return partsOf(text).flatMap((part) => parseAny(part, path, yaml));
  }
}

function parseAny(text: string, path: string, yaml: YamlCodec): readonly unknown[] {
  try {
    return yaml.parse(text, path);
  } catch {
    return [];
  }
}

async function prove(git: Git, branch: string, { commit, url }: { commit: string; url: string }): Promise<void> {
  const { tips } = await git.heads();
  if (tips.get(branch) === commit) return;
  throw new TaskError('incomplete', `checking ${url}: branch ${branch} is not at the commit that was pushed`, {
    remedy: 'See who else pushes to this branch, then run again.',
  });
}

function toOutcome(
  { url, folder }: PushFolderInput,
  { branch, commit, files }: { readonly branch: string; readonly commit: string; readonly files: number },
  pushed: boolean,
): Outcome<PushFolderResult, 'git'> {
  const count = String(files);
  const place = folder === '' ? '' : `, folder ${folder}`;
  const reason = pushed ? 'pushed' : 'unchanged';
  return {
    items: [{ id: `${url} ${branch}`, outcome: 'done', reason, evidence: { commit, files } }],
    results: { commit, branch, pushed: String(pushed), 'file-count': count },
    summary: pushed
      ? `${count} files pushed to ${url}, branch ${branch}${place}: commit ${commit}`
      : `${url}, branch ${branch}${place} holds these ${count} files already: commit ${commit}`,
  };
}
