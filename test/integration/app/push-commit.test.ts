import { mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { programPath } from '../../../testbed/clusters/programs.ts';
import type { GitClone } from '../../builders/git-commits.ts';
import { makeGitTls, putFile, startGitScene, writeGitLogin } from '../../builders/git-scene.ts';
import { runInProcess, type ProcessEnd } from '../../builders/run-in-process.ts';
import type { GitServer } from '../../fakes/git-server.ts';
import { paramsOf, startPushScene, type PushScene } from './push-scene.ts';

const password = 'canary-password-of-git';
const secretsPath = '/api/v1/namespaces/epinio/secrets';

let scene: PushScene;
let server: GitServer;
let clone: GitClone;
let first = '';
let second = '';

beforeAll(async () => {
  scene = await startPushScene();
  const { scratch } = scene.cluster;
  const { authority, tls } = await makeGitTls(scratch);
  const login = { user: 'reader', password };
  ({ server, clone } = await startGitScene(scratch, { ...login, tls }));
  first = await clone.commit({ 'main.js': 'first' });
  await clone.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1');
  second = await clone.commit({ 'main.js': 'second', 'debug.log': 'x' });
  await scene.cluster.create('/api/v1/namespaces', { metadata: { name: 'epinio' } });
  const certificate = await readFile(authority, 'utf8');
  await createLogin('git-login', { url: new URL(server.url).origin, certificate, skipSSL: 'true' });
  await createLogin('other-login', { url: 'https://git.example.com' });
  mkdirSync(path.join(scratch, 'home'));
  await writeGitLogin(scratch, login);
}, 600_000);
afterAll(async () => {
  await server.stop();
  await scene.stop();
});
beforeEach(async () => {
  for (const { metadata } of await scene.pipelineRuns())
    await scene.cluster.cluster.request({ method: 'DELETE', path: `${runsPath}/${metadata.name}` });
});

const runsPath = '/apis/tekton.dev/v1/namespaces/workspace/pipelineruns';

/** A Secret as Epinio creates it for a Git configuration. */
async function createLogin(name: string, keys: Readonly<Record<string, string>>): Promise<void> {
  const stringData = { provider: 'git', username: 'reader', password, ...keys };
  const metadata = { name, labels: { 'epinio.io/api-git-credentials': 'true' } };
  await scene.cluster.create(secretsPath, { metadata, stringData });
}

const manifestOf = (git: Readonly<Record<string, string>>) => `name: shop
namespace: workspace
configuration: { routes: [shop.example.com], ignore: ["*.log"] }
staging: { builder: builder.test/base:1 }
origin: { git: ${JSON.stringify({ url: server.url, ...git })} }
`;

async function push(folder: string, ...args: readonly string[]): Promise<ProcessEnd> {
  const { scratch, server: api } = scene.cluster;
  const home = path.join(scratch, 'home');
  const environment = {
    PATH: [path.dirname(programPath('helm')), process.env['PATH'] ?? ''].join(path.delimiter),
    ...{ HOME: home, TMPDIR: home, KUBECONFIG: api.kubeconfigPath },
  };
  const end = await runInProcess('app push', [folder, ...args], { cwd: scratch, environment });
  expect(JSON.stringify(end)).not.toContain(password);
  expect(readdirSync(home)).toEqual([]);
  return end;
}

const registry = '--destination-registry=registry.test';

describe('app push of a commit', () => {
  it('takes the revision of epinio.yml with the login of Epinio, and gives the same image each time', async () => {
    await putFile(
      scene.cluster.scratch,
      'by-config/epinio.yml',
      manifestOf({ revision: 'v1', branch: 'main', gitconfig: 'git-login' }),
    );
    const images = new Set<string | undefined>();
    for (const revision of [[], [`--git-revision=${first}`]]) {
      const end = await scene.playTekton(push('by-config', registry, ...revision));
      expect([end.exitCode, end.stdout.includes(first)], end.stderr).toEqual([0, true]);
      expect(end.stderr).toContain('skipSSL of Secret epinio/git-login has no effect');
      for (const run of await scene.pipelineRuns()) images.add(paramsOf(run)['image']);
    }
    expect(images.size).toBe(1);
  }, 120_000);

  it('keeps neither the login nor the files while the run is followed', async () => {
    await putFile(scene.cluster.scratch, 'followed/epinio.yml', manifestOf({ revision: 'v1', gitconfig: 'git-login' }));
    const ended = push('followed', registry);
    while ((await scene.pipelineRuns()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const kept = readdirSync(path.join(scene.cluster.scratch, 'home'), { recursive: true });
    expect((await scene.playTekton(ended)).exitCode).toBe(0);
    expect(kept).not.toContainEqual(expect.stringMatching(/password|gitconfig|main\.js|repository\.git/));
  }, 120_000);

  it.each([
    [{ branch: 'main' }, [], () => second],
    [{}, [], () => second],
    [{ revision: 'main' }, ['--git-revision=v1'], () => first],
  ])(
    'takes the branch or the default branch without a revision: %j %j',
    async (git, args, commit) => {
      await putFile(scene.cluster.scratch, 'listed/epinio.yml', manifestOf(git));
      const authority = `--ca-bundle=${path.join(scene.cluster.scratch, 'tls/git.crt')}`;
      const login = [authority, '--git-credentials=login'];
      const end = await push('listed', '--dry-run=true', '--kubeconfig=/none', ...login, ...args);
      expect(end.exitCode, end.stderr).toBe(0);
      expect(end.stderr).toContain(commit());
      expect(end.stdout).toMatch(/main\.js +\d\n/);
    },
    60_000,
  );

  it('takes --git in place of the origin of epinio.yml', async () => {
    await putFile(
      scene.cluster.scratch,
      'replaced/epinio.yml',
      'name: shop\norigin: { container: "registry.test/shop:1" }\n',
    );
    const args = [`--git=${server.url},v1`, '--git-config=git-login', '--dry-run=true'];
    const end = await push('replaced', ...args);
    expect([end.exitCode, end.stderr.includes(first)], end.stderr).toEqual([0, true]);
  }, 60_000);

  it.each([
    ['other-login', 'reading Secret epinio/other-login for', 'it is for another repository'],
    ['no-login', 'reading Secret epinio/no-login of git-config', 'it does not exist'],
  ])(
    'does not send the login %s',
    async (name, ...messages) => {
      await putFile(scene.cluster.scratch, 'refused/epinio.yml', manifestOf({ gitconfig: name }));
      const end = await push('refused', '--dry-run=true');
      expect(end.exitCode).toBe(2);
      for (const message of messages) expect(end.stderr).toContain(message);
    },
    60_000,
  );
});
