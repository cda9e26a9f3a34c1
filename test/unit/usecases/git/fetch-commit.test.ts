import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { GitReader } from '../../../../src/domain/git/git.ts';
import { fetchCommit } from '../../../../src/usecases/git/fetch-commit.ts';

const url = 'https://git.example.com/shop.git';
const ids = { main: 'a'.repeat(40), tag: 'b'.repeat(40), old: 'c'.repeat(40) };
const refs = { 'refs/heads/main': ids.main, 'refs/tags/v1': ids.tag, HEAD: ids.main };

interface Server {
  readonly refs?: Readonly<Record<string, string>>;
  /** What the server gives alone. */
  readonly alone?: readonly string[];
  /** What is in the histories of its branches. */
  readonly inHistory?: readonly string[];
}

/** Fetches from a server that is a table, and gives what was asked of it. */
async function fetchFrom(server: Server, revision: string | undefined) {
  const { refs: known = refs, alone = [...Object.keys(known), ids.old], inHistory = [] } = server;
  const calls: string[] = [];
  const warnings: string[] = [];
  const git: GitReader = {
    refs: (name) => {
      const found = Object.entries(known).filter(([ref]) => ref === name || ref.endsWith(`/${name}`));
      return Promise.resolve({ own: Object.hasOwn(known, 'HEAD') ? 'main' : undefined, ids: new Map(found) });
    },
    fetch: (wanted) => {
      calls.push(`fetch ${wanted}`);
      const commit = new Map(Object.entries(known)).get(wanted) ?? wanted;
      return Promise.resolve(alone.includes(wanted) ? commit : undefined);
    },
    fetchAll: () => {
      calls.push('fetch all');
      return Promise.resolve();
    },
    commitOf: (id) => Promise.resolve(inHistory.find((each) => each.startsWith(id))),
  };
  const nothing = (): void => undefined;
  const warn = (line: string): void => void warnings.push(line);
  const log = { redactor: new Redactor(), debug: nothing, info: nothing, warn, progress: nothing, item: nothing };
  const commit = await fetchCommit({ url, revision }, { git, log });
  return { commit, calls, warnings };
}

describe('the commit of a revision', () => {
  it.each([
    [undefined, ids.main, 'fetch HEAD'],
    ['HEAD', ids.main, 'fetch HEAD'],
    ['main', ids.main, 'fetch refs/heads/main'],
    ['v1', ids.tag, 'fetch refs/tags/v1'],
    ['refs/tags/v1', ids.tag, 'fetch refs/tags/v1'],
    [ids.old, ids.old, `fetch ${ids.old}`],
    [ids.old.toUpperCase(), ids.old, `fetch ${ids.old}`],
  ])('%s is fetched alone', async (revision, commit, call) => {
    expect(await fetchFrom({}, revision)).toEqual({ commit, calls: [call], warnings: [] });
  });

  it.each([
    [undefined, ids.main],
    ['main', ids.main],
    [ids.old, ids.old],
    ['ccccccc', ids.old],
    ['CCCCCCC', ids.old],
    [ids.old.toUpperCase(), ids.old],
  ])('%s is found in all branches if the server does not give it alone', async (revision, commit) => {
    const found = await fetchFrom({ alone: [], inHistory: Object.values(ids) }, revision);
    expect([found.commit, found.calls.at(-1)]).toEqual([commit, 'fetch all']);
  });

  it('is that of a branch rather than of a tag, with a warning if they differ', async () => {
    const both = { 'refs/heads/x': ids.main, 'refs/tags/x': ids.tag };
    const found = await fetchFrom({ refs: both }, 'x');
    expect(found).toMatchObject({ commit: ids.main, warnings: [expect.stringContaining('refs/tags/x')] });
    expect((await fetchFrom({ refs: { ...both, 'refs/tags/x': ids.main } }, 'x')).warnings).toEqual([]);
  });

  it('is that of the id, also if a branch has this name', async () => {
    const found = await fetchFrom({ refs: { [`refs/heads/${ids.old}`]: ids.main } }, ids.old);
    expect(found.commit).toBe(ids.old);
  });

  it.each(['missing', 'refs/heads/missing', 'abc', 'ddddddd', 'd'.repeat(40), 'd'.repeat(64)])(
    '%s does not exist',
    async (revision) => {
      await expect(fetchFrom({ alone: [] }, revision)).rejects.toMatchObject({
        code: 'invalid-param',
        message: `fetching ${url}: the repository has no branch, tag or commit ${JSON.stringify(revision)}`,
      });
    },
  );

  it('does not exist in an empty repository', async () => {
    await expect(fetchFrom({ refs: {} }, undefined)).rejects.toMatchObject({ code: 'invalid-param' });
    await expect(fetchFrom({ refs: { HEAD: ids.main }, alone: [] }, undefined)).rejects.toMatchObject({
      code: 'invalid-param',
    });
  });
});
