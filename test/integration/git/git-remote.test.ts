import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeFolder } from '../../builders/command.ts';
import { makeGitTls, putFile, startGitScene, writeGitLogin } from '../../builders/git-scene.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startConnectProxy } from '../../fakes/connect-proxy.ts';
import type { GitServer, GitServerOptions } from '../../fakes/git-server.ts';

const password = 'canary-50%-password';
let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: GitServer;

beforeEach(async () => {
  folder = await makeFolder();
  await writeGitLogin(folder.path, { user: 'reader', password });
  await put('work/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n');
  for (const each of ['home', 'source', 'results']) await mkdir(join(folder.path, each));
});

afterEach(async () => {
  await server.stop();
  await folder.remove();
});

const put = (path: string, text: string): Promise<void> => putFile(folder.path, path, text);

/** Serves a repository with one commit, and gives its id. */
async function serve(options: Partial<GitServerOptions> = {}): Promise<string> {
  const scene = await startGitScene(folder.path, { user: 'reader', password, ...options });
  server = scene.server;
  return scene.clone.commit({ 'a.txt': '1' });
}

type Environment = Readonly<Record<string, string>>;

async function run(task: string, args: readonly string[], more: Environment = {}) {
  const home = join(folder.path, 'home');
  const environment = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, ...more };
  const all = [...args, '--results-dir=results'];
  const { exitCode, stderr } = await runInProcess(task, all, { cwd: folder.path, environment });
  expect(stderr).not.toContain(password);
  const [status, commit] = await Promise.all(
    ['status', 'commit'].map((name) => readFile(join(folder.path, 'results', name), 'utf8')),
  );
  return { exitCode, stderr, status, commit };
}

function fetchFrom(url: string, args: readonly string[], more?: Environment) {
  const fixed = ['--app=shop', '--namespace=workspace', '--source-dir=source', '--list-only=true'];
  return run('source-upload', [...fixed, `--git=${url}`, ...args], more);
}

function pushTo(url: string, args: readonly string[]) {
  const person = ['--user-name=Ann', '--user-email=ann@example.com', '--branch=main'];
  return run('git-init-push', [`--git-remote-url=${url}`, '--uninitialized-git-repo=work', ...person, ...args]);
}

/** A server that sends all requests to the same path of another one. */
async function startRedirects(to: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const { origin } = new URL(to);
  const redirects: Server = createServer((request, response) => {
    response.writeHead(302, { location: `${origin}${request.url ?? ''}` }).end();
  });
  await new Promise<void>((resolve) => redirects.listen(0, '127.0.0.1', resolve));
  const address = redirects.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stop = async (): Promise<void> => {
    redirects.closeAllConnections();
    await new Promise((resolve) => redirects.close(resolve));
  };
  return { url: `http://127.0.0.1:${String(port)}/shop.git`, stop };
}

describe('a redirect to another server', () => {
  it('is refused with a login, which the other server does not get', async () => {
    await serve({ isOpen: true });
    const redirects = await startRedirects(server.url);
    const fetched = await fetchFrom(redirects.url, ['--git-credentials=login']);
    expect(server.authorizations).toEqual([]);
    expect([fetched.exitCode, fetched.status], fetched.stderr).toEqual([3, 'git-refused']);
    expect(fetched.stderr).toContain('Give the final address');
    const pushed = await pushTo(redirects.url, ['--credentials=login']);
    expect(server.authorizations).toEqual([]);
    expect([pushed.exitCode, pushed.status], pushed.stderr).toEqual([3, 'git-refused']);
    await redirects.stop();
  }, 60_000);

  it('is followed without a login', async () => {
    const commit = await serve({ isOpen: true });
    const redirects = await startRedirects(server.url);
    const fetched = await fetchFrom(redirects.url, []);
    expect([fetched.status, fetched.commit], fetched.stderr).toEqual(['succeeded', commit]);
    expect(server.authorizations).not.toContainEqual(expect.stringContaining('Basic'));
    await redirects.stop();
  }, 60_000);
});

describe('a stored login', () => {
  it('may have a percent sign that encodes nothing', async () => {
    const commit = await serve();
    await put('home/.git-credentials', `http://reader:${password}@${new URL(server.url).host}\n`);
    const fetched = await fetchFrom(server.url, []);
    expect([fetched.status, fetched.commit], fetched.stderr).toEqual(['succeeded', commit]);
  }, 60_000);
});

describe('a proxy of the environment', () => {
  it('leads to the server unless NO_PROXY has it, and must be usable', async () => {
    const { authority, tls } = await makeGitTls(folder.path, 'DNS:git.test');
    const commit = await serve({ tls });
    const proxy = await startConnectProxy({ target: new URL(server.url).host, login: 'ann:canary-of-proxy' });
    const HTTPS_PROXY = proxy.url.replace('//', '//ann:canary-of-proxy@');
    const fetchThrough = (more: Environment) =>
      fetchFrom('https://git.test/shop.git', ['--git-credentials=login', `--ca-bundle=${authority}`], more);
    const fetched = await fetchThrough({ HTTPS_PROXY, https_proxy: 'http://127.0.0.1:1' });
    expect([fetched.status, fetched.commit], fetched.stderr).toEqual(['succeeded', commit]);
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT git.test:443']));
    const asked = proxy.asked.length;
    expect((await fetchThrough({ HTTPS_PROXY, NO_PROXY: '.test' })).status).toBe('unreachable');
    expect((await fetchThrough({ HTTPS_PROXY: 'ftp://127.0.0.1:1' })).status).toBe('invalid-param');
    expect(proxy.asked).toHaveLength(asked);
    await proxy.stop();
  }, 60_000);
});

describe('a repository with object IDs of SHA-256', () => {
  it('is refused with the reason', async () => {
    await serve({ isOpen: true });
    const other = join(folder.path, 'other.git');
    const work = join(folder.path, 'other');
    await execa('git', ['init', '--quiet', '--object-format=sha256', '--initial-branch=main', work]);
    const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    await execa('git', ['-C', work, ...person, 'commit', '--quiet', '--allow-empty', '-m', 'first']);
    await execa('git', ['clone', '--quiet', '--bare', work, other]);
    const fetched = await fetchFrom(server.url.replace('shop.git', 'other.git'), []);
    expect([fetched.exitCode, fetched.status], fetched.stderr).toEqual([3, 'git-refused']);
    expect(fetched.stderr).toContain('SHA-256');
  }, 60_000);
});
