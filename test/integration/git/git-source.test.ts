import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { command, makeFolder } from '../../builders/command.ts';
import { cloneOf, writeEntry, type GitClone } from '../../builders/git-commits.ts';
import { makeGitTls, putFile, startGitScene, writeGitLogin } from '../../builders/git-scene.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startGitServer, type GitServer } from '../../fakes/git-server.ts';
import { startSshServer } from '../../fakes/ssh-server.ts';

const password = 'canary-password-of-git';
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: GitServer;
let clone: GitClone;

beforeEach(async () => {
  folder = await makeFolder();
  ({ server, clone } = await startGitScene(folder.path, { user: 'reader', password }));
  await writeGitLogin(folder.path, { user: 'reader', password });
  for (const each of ['home', 'work', 'results']) await mkdir(join(folder.path, each));
});

afterEach(async () => {
  expect(await readdir(join(folder.path, 'home'))).toEqual([]);
  await server.stop();
  await folder.remove();
});

const put = (path: string, text: string): Promise<void> => putFile(folder.path, path, text);

const environment = (): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: join(folder.path, 'home'),
  TMPDIR: join(folder.path, 'home'),
});

/** Lists what would be uploaded of a repository. */
async function listFrom(url: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const fixed = ['--app=shop', '--namespace=workspace', '--source-dir=work', '--list-only=true'];
  const all = [...fixed, `--git=${url}`, '--results-dir=results', ...args];
  const { exitCode, stderr } = await runInProcess('source-upload', all, {
    cwd: folder.path,
    environment: { ...environment(), ...more },
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
      ['HEAD', second],
      ['v1', first],
      ['refs/tags/v1', first],
      ['main', second],
      ['feature/x', other],
      [first, first],
      [first.toUpperCase(), first],
      [first.slice(0, 10), first],
    ]) {
      const found = await list(`--git-revision=${revision ?? ''}`);
      expect([revision, found.status, found.commit], found.stderr).toEqual([revision, 'succeeded', commit]);
    }
    expect((await listFrom(`${server.url},v1`, ['--git-credentials=login'])).files).toEqual(['first.txt']);
    expect((await list('--git-revision=main', '--path=src')).files).toEqual(['a.js']);
  }, 60_000);

  it('is found in the history if the server gives only branches and tags', async () => {
    const old = await clone.commit({ 'first.txt': '1' });
    await clone.commit({ 'second.txt': '2' });
    await server.stop();
    server = await startGitServer(folder.path, { user: 'reader', password, isOld: true });
    const found = await list(`--git-revision=${old}`);
    expect([found.status, found.commit, found.files], found.stderr).toEqual(['succeeded', old, ['first.txt']]);
    expect((await list(`--git-revision=${'0'.repeat(40)}`)).status).toBe('invalid-param');
  }, 60_000);

  it('is packed with the rules for folders, and reports what is not in the repository', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${clone.path}/caf`), Buffer.from([0xe9])]), 'latin');
    await clone.git('add', '--all');
    await clone.git('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},vendor/lib`);
    await clone.git('commit', '--quiet', '-m', 'first');
    const names = { '-rf': '1', 'a\nb': '1', '$(id)': '1', 'grün/ß.txt': '1', 'run.sh': '#!/bin/sh\n' };
    const links = { inside: '-> run.sh', outside: '-> ../../etc/passwd', absolute: '-> /etc/passwd' };
    const rules = { '.gitignore': '*.log\n', '.gitattributes': '*.txt filter=evil\n', 'x.log': '1' };
    await addFiles({ ...names, ...links, ...rules, 'video.mp4': pointer });
    const { files, items, stderr, status } = await list();
    expect(status, stderr).toBe('succeeded');
    expect(files.filter((file) => !file.includes('/')).sort()).toEqual(
      ['$(id)', '-rf', '.gitattributes', 'a\nb', 'grün', 'inside', 'run.sh', 'vendor'].sort(),
    );
    expect(files).toContain('grün/ß.txt');
    const left = items.filter(({ reason }) => reason !== 'listed').map(({ id, reason }) => `${id} ${reason}`);
    expect(left.sort()).toEqual(
      [
        ...['vendor/lib/ not-in-repository', 'video.mp4 not-in-repository', 'x.log ignored', '.gitignore ignored'],
        ...['outside ignored', 'absolute ignored', 'caf\uFFFD ignored'],
      ].sort(),
    );
    expect(stderr).toContain(`vendor/lib/ is left out: a submodule at commit ${'a'.repeat(40)}`);
    expect(stderr).toContain('video.mp4 is left out: a pointer of Git LFS');
  }, 60_000);

  it('may be an archive, but not a pointer of Git LFS to one', async () => {
    await clone.commit({ 'a/app.tar': 'x'.repeat(2000), 'a/lfs.tar': pointer });
    expect((await list('--path=a/app.tar')).status).toBe('succeeded');
    expect((await list('--path=a/lfs.tar')).status).toBe('invalid-file');
  }, 60_000);

  it('is not changed by settings of the user', async () => {
    await clone.commit({ 'a.txt': 'a\n' });
    await put('settings/.gitconfig', `[url "file:///nowhere/"]\n\tinsteadOf = http\n[core]\n\tautocrlf = true\n`);
    const home = { HOME: join(folder.path, 'settings'), XDG_CONFIG_HOME: join(folder.path, 'settings') };
    const found = await listFrom(server.url, ['--git-credentials=login'], home);
    expect([found.status, found.files], found.stderr).toEqual(['succeeded', ['a.txt']]);
    expect(await readdir(join(folder.path, 'settings'))).toEqual(['.gitconfig']);
  }, 60_000);

  it('can be of a server over ssh', async () => {
    const place = join(folder.path, 'ssh');
    await mkdir(place);
    const ssh = await startSshServer(place);
    try {
      const other = await cloneOf(join(place, 'shop.git'), join(place, 'clone'));
      const commit = await other.commit({ 'over-ssh.txt': '1' });
      await put('key/ssh-privatekey', ssh.privateKey);
      await put('key/known_hosts', `${ssh.knownHost}\n`);
      const found = await listFrom(ssh.url, ['--git-credentials=key', '--git-revision=main']);
      expect([found.status, found.commit, found.files], found.stderr).toEqual(['succeeded', commit, ['over-ssh.txt']]);
      expect((await listFrom(ssh.url, ['--git-credentials=key', '--git-revision=none'])).status).toBe('invalid-param');
    } finally {
      await ssh.stop();
    }
  }, 60_000);
});

/** Adds files to those that the clone has, and pushes. */
async function addFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeEntry(join(clone.path, name), text);
  await clone.git('add', '--force', '--', ...Object.keys(files));
  await clone.git('commit', '--quiet', '-m', 'more');
  await clone.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
}

describe('what is refused', () => {
  it.each([
    ['--git-revision=missing', 'invalid-param', 'has no branch, tag or commit "missing"'],
    [`--git-revision=${'0'.repeat(40)}`, 'invalid-param', 'has no branch, tag or commit'],
    ['--git-revision=--upload-pack=touch x', 'invalid-param', 'invalid revision'],
    ['--git-revision=main..other', 'invalid-param', 'invalid revision'],
    ['--git-revision=HEAD~1', 'invalid-param', 'invalid revision'],
    ['--path=nothing', 'invalid-param', 'reading path: the source has no "nothing"'],
    ['--path=../x', 'invalid-param', 'outside'],
  ])('is %s', async (argument, status, message) => {
    await clone.commit({ 'a.txt': '1' });
    const found = await list(argument);
    expect([found.status, found.commit], found.stderr).toEqual([status, '']);
    expect(found.ending).toContain(message);
  });

  it.each([
    ['https://user:canary-of-url@git.test/x.git', 'it holds credentials'],
    ['https://user:canary-of,url@git.test/x.git', 'it holds credentials'],
    ['http://git.test/x.git', 'expected one that can be used safely'],
    ['ext::sh -c id', 'expected one that can be used safely'],
    ['--upload-pack=id', 'expected one that can be used safely'],
    ['ssh://-oProxyCommand=id/x', 'expected one that can be used safely'],
  ])('is the address %s', async (url, message) => {
    const found = await listFrom(url, []);
    expect([found.exitCode, found.status]).toEqual([2, 'invalid-param']);
    expect(found.ending).toContain(message);
    expect(found.stderr).not.toContain('canary-of');
  });

  it('is an empty repository', async () => {
    const found = await list();
    expect([found.status, found.ending]).toEqual(['invalid-param', expect.stringContaining('no default branch')]);
  });

  it('is a wrong login, a missing one, and a server that does not answer', async () => {
    await clone.commit({ 'a.txt': '1' });
    expect((await listFrom(server.url, [])).status).toBe('unauthorized');
    await put('login/password', 'wrong-password');
    const wrong = await list();
    expect([wrong.exitCode, wrong.status]).toEqual([3, 'unauthorized']);
    await server.stop();
    expect((await list()).status).toBe('unreachable');
  }, 60_000);

  it('is a server with an unknown certificate, until its authority is given', async () => {
    const commit = await clone.commit({ 'a.txt': '1' });
    const { authority, tls } = await makeGitTls(folder.path);
    await server.stop();
    server = await startGitServer(folder.path, { user: 'reader', password, tls });
    const unknown = await list();
    expect([unknown.exitCode, unknown.status], unknown.stderr).toEqual([3, 'tls-untrusted']);
    expect((await list(`--ca-bundle=${authority}`)).commit).toBe(commit);
  }, 60_000);

  it('is a tree with a file that would leave the folder', async () => {
    await clone.commit({ 'a.txt': '1' });
    const blob = await clone.git('rev-parse', 'HEAD:a.txt');
    const inner = await execa('git', ['-C', clone.path, 'mktree'], { input: `100644 blob ${blob}\tconfig\n` });
    const input = `040000 tree ${inner.stdout}\t..\n`;
    const tree = await execa('git', ['-C', clone.path, 'mktree'], { input });
    const commit = await clone.git('commit-tree', '-m', 'hostile', tree.stdout);
    await clone.git('push', '--quiet', '--force', 'origin', `${commit}:refs/heads/main`);
    const found = await list();
    expect([found.exitCode, found.status], found.stderr).toEqual([3, 'git-refused']);
    expect(found.ending).toContain('invalid path');
  }, 60_000);

  it('is a redirect to another protocol', async () => {
    const redirecting = createServer((request, response) => {
      response.writeHead(302, { location: `file://${folder.path}/shop.git${request.url ?? ''}` }).end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const found = await listFrom(`http://127.0.0.1:${String(port)}/shop.git`, []);
    await new Promise((resolve) => redirecting.close(resolve));
    expect([found.exitCode, found.files]).toEqual([3, []]);
  }, 60_000);
});

describe('a fetch that is stopped', () => {
  it.each([
    ['SIGTERM', 4],
    ['SIGKILL', undefined],
  ] as const)(
    'by %s leaves nothing after the next run',
    async (signal, exitCode) => {
      await clone.commit({ 'a.txt': '1' });
      const begun = Promise.withResolvers<undefined>();
      server.onFetch = () => {
        begun.resolve(undefined);
        return new Promise(() => undefined);
      };
      const [node, program] = command;
      const args = ['--app=shop', '--namespace=workspace', '--source-dir=work', '--list-only=true'];
      const login = [`--git=${server.url}`, '--git-credentials=login'];
      const child = execa(node, [program, 'source-upload', ...args, ...login], {
        ...{ cwd: folder.path, env: environment(), extendEnv: false, reject: false },
      });
      await begun.promise;
      expect(await readdir(join(folder.path, 'home'))).toHaveLength(2);
      child.kill(signal);
      const end = await child;
      expect(end.exitCode).toBe(exitCode);
      expect(end.stderr).not.toContain(password);
      if (signal === 'SIGTERM') expect(await readdir(join(folder.path, 'home'))).toEqual([]);
      server.onFetch = undefined;
      expect((await list()).status).toBe('succeeded');
    },
    60_000,
  );
});
