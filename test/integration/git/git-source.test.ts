import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { makeFolder } from '../../builders/command.ts';
import { cloneOf, type GitClone } from '../../builders/git-commits.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startGitServer, type GitServer } from '../../fakes/git-server.ts';

const password = 'canary-password-of-git';
let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: GitServer;
let clone: GitClone;

beforeEach(async () => {
  folder = await makeFolder();
  server = await startGitServer(folder.path, { user: 'reader', password });
  clone = await cloneOf(join(folder.path, 'shop.git'), join(folder.path, 'clone'));
  await put('login/username', 'reader\n');
  await put('login/password', `${password}\n`);
  for (const each of ['home', 'work', 'results']) await mkdir(join(folder.path, each));
});

afterEach(async () => {
  expect(await readdir(join(folder.path, 'home'))).toEqual([]);
  await server.stop();
  await folder.remove();
});

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const environment = (): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: join(folder.path, 'home'),
  TMPDIR: join(folder.path, 'home'),
});

/** Lists what would be uploaded of a repository. */
async function listFrom(url: string, args: readonly string[]) {
  const fixed = ['--app=shop', '--namespace=workspace', '--source-dir=work', '--list-only=true'];
  const all = [...fixed, `--git=${url}`, '--results-dir=results', ...args];
  const { exitCode, stderr } = await runInProcess('source-upload', all, {
    cwd: folder.path,
    environment: environment(),
  });
  expect(stderr).not.toContain(password);
  const result = (name: string) => readFile(join(folder.path, 'results', name), 'utf8');
  const report: unknown = JSON.parse(await readFile(join(folder.path, 'work/reports/source-upload.json'), 'utf8'));
  const items = arrayAt(report, 'items').map((item) => ({
    id: stringAt(item, 'id') ?? '',
    reason: stringAt(item, 'reason') ?? '',
    message: stringAt(item, 'message') ?? '',
  }));
  const files = items.filter(({ reason }) => reason === 'listed').map(({ id }) => id);
  const [status, commit] = await Promise.all([result('status'), result('commit')]);
  return { exitCode, stderr, ending: stderr.trimEnd().split('\n').at(-1) ?? '', status, commit, items, files };
}

const list = (...args: readonly string[]) => listFrom(server.url, ['--git-credentials=login', ...args]);

describe('a commit as a source', () => {
  it('is that of a branch, of a tag, of the default branch or of an id', async () => {
    const first = await clone.commit({ 'first.txt': '1' });
    await clone.git('tag', '-a', '-m', 'first', 'v1');
    await clone.git('push', '--quiet', 'origin', 'v1');
    const second = await clone.commit({ 'second.txt': '2', 'src/a.js': 'a' });
    const other = await clone.commit({ 'other.txt': '3' }, 'feature/x');

    const main = await list();
    expect([main.exitCode, main.status, main.commit], main.stderr).toEqual([0, 'succeeded', second]);
    expect(main.files).toEqual(['second.txt', 'src', 'src/a.js']);
    expect(main.ending).toContain(second);
    for (const [revision, commit] of [
      ['v1', first],
      ['refs/tags/v1', first],
      ['main', second],
      ['feature/x', other],
      [first, first],
      [first.slice(0, 10), first],
    ]) {
      const found = await list(`--git-revision=${revision ?? ''}`);
      expect([revision, found.status, found.commit], found.stderr).toEqual([revision, 'succeeded', commit]);
    }
    expect((await listFrom(`${server.url},v1`, ['--git-credentials=login'])).files).toEqual(['first.txt']);
    expect((await list('--git-revision=main', '--path=src')).files).toEqual(['a.js']);
  });
});
