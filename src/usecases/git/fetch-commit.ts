import { TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { GitReader } from '../../domain/git/git.ts';

export interface FetchCommitInput {
  /** Shown to the reader. */
  readonly url: string;
  /** A branch, a tag or a commit id, whole or its beginning. Undefined or HEAD: the default branch. */
  readonly revision: string | undefined;
}

export interface FetchCommitPorts {
  readonly git: GitReader;
  readonly log: Log;
}

// Of SHA-1. The local repository has this object format, and git fetches from no other.
const wholeId = /^[0-9a-f]{40}$/i;
const shortId = /^[0-9a-f]{7,39}$/i;

/**
 * Fetches the commit of a revision, without its history where the server allows that, and gives its id. A whole commit id
 * is never taken for a name, so that a branch of that name cannot replace the commit. Otherwise a branch is preferred to
 * a tag, and a tag to the beginning of a commit id. `HEAD` is the default branch.
 * @throws TaskError `invalid-param` for a revision that the repository does not have, `unauthorized`, `unreachable`,
 *   `tls-untrusted`, `git-refused`
 */
export async function fetchCommit(input: FetchCommitInput, ports: FetchCommitPorts): Promise<string> {
  const { revision } = input;
  if (revision === undefined || revision === 'HEAD') return fetchDefault(input, ports);
  if (wholeId.test(revision)) {
    const id = revision.toLowerCase();
    return (await ports.git.fetch(id)) ?? fetchFromAll(id, input, ports);
  }
  const { ids } = await ports.git.refs(revision);
  const [ref, other] = namesOf(revision).filter((name) => ids.has(name));
  if (ref === undefined) {
    if (shortId.test(revision)) return fetchFromAll(revision.toLowerCase(), input, ports);
    throw missing(input);
  }
  if (other !== undefined && ids.get(ref) !== ids.get(other))
    ports.log.warn(`${revision} is a branch and a tag: using the branch. For the tag, use ${other}.`);
  return (await ports.git.fetch(ref)) ?? fetchFromAll(ids.get(ref) ?? ref, input, ports);
}

function namesOf(revision: string): readonly string[] {
  if (revision.startsWith('refs/')) return [revision];
  return [`refs/heads/${revision}`, `refs/tags/${revision}`];
}

async function fetchDefault(input: FetchCommitInput, ports: FetchCommitPorts): Promise<string> {
  const { own, ids } = await ports.git.refs('HEAD');
  const id = ids.get('HEAD');
  if (id === undefined) {
    throw new TaskError('invalid-param', `fetching ${input.url}: the repository has no default branch`, {
      remedy: 'Name a branch, a tag or a commit.',
    });
  }
  ports.log.info(`using the default branch ${own ?? 'of the repository'}`);
  return (await ports.git.fetch('HEAD')) ?? fetchFromAll(id, input, ports);
}

/** Servers may give only what their branches and tags name. Then the commit must be in one of their histories. */
async function fetchFromAll(id: string, input: FetchCommitInput, { git, log }: FetchCommitPorts): Promise<string> {
  log.info(`fetching all branches and tags of ${input.url}: the server does not give the commit alone`);
  await git.fetchAll();
  const commit = await git.commitOf(id);
  if (commit === undefined) throw missing(input);
  return commit;
}

function missing({ url, revision = '' }: FetchCommitInput): TaskError {
  const what = `the repository has no branch, tag or commit ${JSON.stringify(revision)}`;
  return new TaskError('invalid-param', `fetching ${url}: ${what}`, {
    remedy: 'Check the name. Of a commit id, give all digits, or at least as many as make it unique.',
  });
}
