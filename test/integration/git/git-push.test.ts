import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { CommandEnd } from '../../builders/command.ts';
import { usePushScene, writeGitLogin } from '../../builders/git-scene.ts';
import { startGitServer, type GitServer } from '../../fakes/git-server.ts';

const password = 'canary-password-of-git';
const scene = usePushScene();
const { put, pushTo } = scene;
let server: GitServer;

beforeEach(async () => {
  server = await startGitServer(scene.folder, { user: 'mover', password });
  await writeGitLogin(scene.folder, { user: 'mover', password });
});

afterEach(() => server.stop());

function push(...args: readonly string[]): Promise<CommandEnd> {
  return pushTo(server.url, ['--credentials=login', ...args]);
}

const filesOf = async (branch: string) => (await server.git('ls-tree', '-r', '--name-only', branch)).split('\n');

/** Somebody else's commit on a branch of the repository. */
async function commitElsewhere(path: string, branch = 'main'): Promise<void> {
  const clone = join(scene.folder, `clone-${crypto.randomUUID()}`);
  const repository = join(scene.folder, 'shop.git');
  const git = (...args: readonly string[]) =>
    execa('git', ['-C', clone, '-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args]);
  await execa('git', ['clone', '--quiet', repository, clone]);
  await mkdir(join(clone, dirname(path)), { recursive: true });
  await writeFile(join(clone, path), 'theirs');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'theirs');
  await git('push', '--quiet', 'origin', `HEAD:${branch}`);
}

describe('git-init-push', () => {
  it('fills an empty repository, then pushes only when something changed', async () => {
    const first = await push('--branch=main');
    expect([first.exitCode, first.results['pushed'], first.results['branch']]).toEqual([0, 'true', 'main']);
    expect(await server.git('log', '-1', '--format=%H %an %ae %s', 'main')).toBe(
      `${first.results['commit'] ?? ''} Ann Mover ann@example.com Update manifests`,
    );
    const again = await push();
    expect(again.results).toMatchObject({ pushed: 'false', commit: first.results['commit'], branch: 'main' });
    await put('work/more/b.yaml', 'kind: B\n');
    expect((await push()).results['pushed']).toBe('true');
    expect(await filesOf('main')).toEqual(['map.yaml', 'more/b.yaml']);
    expect(await server.git('rev-list', '--count', 'main')).toBe('2');
  });

  it('keeps the history, and takes the place of a folder only', async () => {
    await commitElsewhere('README.md');
    await commitElsewhere('apps/shop/old.yaml');
    expect((await push('--folder=apps/shop', '--message=Move the shop')).exitCode).toBe(0);
    expect(await filesOf('main')).toEqual(['README.md', 'apps/shop/map.yaml']);
    expect(await server.git('log', '--format=%s', 'main')).toBe('Move the shop\ntheirs\ntheirs');
  });

  it('commits on top of what others push meanwhile', async () => {
    await commitElsewhere('README.md');
    let times = 0;
    server.onPush = async () => {
      times += 1;
      if (times === 1) await commitElsewhere('NEWS.md');
    };
    const { exitCode } = await push('--folder=apps');
    expect([exitCode, times]).toEqual([0, 2]);
    expect(await filesOf('main')).toEqual(['NEWS.md', 'README.md', 'apps/map.yaml']);
  });

  it('replaces the history only when requested', async () => {
    await commitElsewhere('README.md');
    expect((await push('--force=true')).exitCode).toBe(0);
    expect(await filesOf('main')).toEqual(['map.yaml']);
    expect(await server.git('rev-list', '--count', 'main')).toBe('1');
  });

  it('makes a new branch beside the others', async () => {
    await commitElsewhere('README.md');
    expect((await push('--branch=moved/shop')).results['branch']).toBe('moved/shop');
    expect(await filesOf('moved/shop')).toEqual(['map.yaml']);
    expect(await filesOf('main')).toEqual(['README.md']);
  });

  it('pushes neither its report nor a repository that is in the folder', async () => {
    await execa('git', ['init', '--quiet', join(scene.folder, 'work')]);
    await put('work/reports/x.json', '{}');
    await put('work/.gitignore', '*.yaml\n');
    await push('--branch=main');
    expect(await filesOf('main')).toEqual(['.gitignore', 'map.yaml']);
    expect(await readdir(join(scene.folder, 'work/reports'))).toContain('git-init-push.json');
  });
});

describe('credentials', () => {
  /** A `git` that notes what it is called with. */
  async function spyOnGit(): Promise<string> {
    const git = (await execa('which', ['git'])).stdout;
    const log = join(scene.folder, 'calls.log');
    await put('bin/git', `#!/bin/sh\n{ echo "$@"; env; } >> ${log}\nexec ${git} "$@"\n`);
    await chmod(join(scene.folder, 'bin/git'), 0o755);
    return log;
  }

  it('are in no argument, environment, output, report or leftover', async () => {
    const log = await spyOnGit();
    const PATH = [join(scene.folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    const { exitCode, stderr } = await pushTo(server.url, ['--credentials=login', '--branch=main', '--debug'], {
      PATH,
    });
    expect(exitCode).toBe(0);
    const encoded = Buffer.from(`mover:${password}`).toString('base64');
    const report = await readFile(join(scene.folder, 'work/reports/git-init-push.json'), 'utf8');
    for (const text of [await readFile(log, 'utf8'), stderr, report]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(encoded);
    }
    expect(await readdir(join(scene.folder, 'home'))).toEqual(['.keep']);
  });

  it('come from the home folder when no workspace is bound, as Tekton writes them', async () => {
    const stored = new URL(server.url);
    stored.username = 'mover';
    stored.password = password;
    stored.pathname = '/';
    await put('home/.git-credentials', `https://other:wrong@example.com\n${stored.href}\n`);
    expect((await pushTo(server.url, ['--branch=main'])).exitCode).toBe(0);
  });

  it('that are missing or wrong end the run as unauthorized', async () => {
    expect((await pushTo(server.url, [])).results['status']).toBe('unauthorized');
    await put('login/password', 'wrong-password');
    const wrong = await push();
    expect([wrong.exitCode, wrong.results['status']]).toEqual([3, 'unauthorized']);
  });

  it('reach ssh as a file of its own, with the server known', async () => {
    await put('ssh/ssh-privatekey', 'canary-of-key');
    expect((await pushTo('git@git.test:shop.git', ['--credentials=ssh'])).ending).toMatch(/no known_hosts/);
    await put('ssh/known_hosts', 'git.test ssh-ed25519 AAAA\n');
    const log = join(scene.folder, 'ssh.log');
    const serve = `cd ${scene.folder} && eval "$command"`;
    await put('bin/ssh', `#!/bin/sh\necho "$@" >> ${log}\nfor command; do :; done\n${serve}\n`);
    await chmod(join(scene.folder, 'bin/ssh'), 0o755);
    const PATH = [join(scene.folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    const end = await pushTo('git@git.test:shop.git', ['--credentials=ssh', '--branch=main'], { PATH });
    expect([end.exitCode, end.stderr]).toEqual([0, expect.stringContaining('1 files pushed')]);
    const calls = await readFile(log, 'utf8');
    expect(calls).toMatch(
      /-o StrictHostKeyChecking=yes -o UserKnownHostsFile=\S+\/ssh\/known_hosts .*-i \S+ssh-privatekey/,
    );
    expect(calls).not.toContain('canary-of-key');
  });
});

const plainSecret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\ndata:\n  a: Yg==\n';

describe('what is refused', () => {
  it.each([
    ['LOGIN.YAML', plainSecret],
    ['login', plainSecret],
    ['notes.txt', plainSecret],
    ['merged.yaml', `x: &x\n  kind: Secret\n${plainSecret.replace('kind: Secret\n', '')}<<: *x\n`],
    ['lines.jsonl', '{"a":1}\n{"kind":"Secret","metadata":{"name":"login"},"data":{"a":"Yg=="}}\n'],
    ['notes.md', `a: [\n---\n${plainSecret}`],
    ['map-of-manifests.yaml', `kind: ConfigMap\ndata:\n  a: |\n    ${plainSecret.replaceAll('\n', '\n    ')}\n`],
    ['kustomization.yaml', 'secretGenerator:\n- name: login\n  literals: [a=b]\n'],
  ])('is a Secret in a file of any name and form: %s', async (name, text) => {
    await put(`work/${name}`, text);
    const { exitCode, ending } = await push('--branch=main');
    expect([exitCode, ending]).toEqual([2, expect.stringContaining('login is not sealed')]);
  });

  it('is a Secret that anyone could read, unless it is wanted', async () => {
    const secret = plainSecret;
    await put('work/login.yaml', secret);
    const { exitCode, ending } = await push('--branch=main');
    expect([exitCode, ending]).toEqual([2, expect.stringContaining('v1 Secret login is not sealed')]);
    await expect(server.git('rev-parse', '--verify', '--quiet', 'main')).rejects.toThrow();
    expect((await push('--branch=main', '--allow-plain-secrets=true')).exitCode).toBe(0);
    await put('work/login.yaml', secret.replace('data:\n  a: Yg==', 'sealedData:\n  a: YWdl'));
    expect((await push()).exitCode).toBe(0);
  });

  it.each([
    ['https://user:secret@example.com/x.git', /credentials/],
    ['http://example.com/x.git', /safely/],
    ['ext::sh -c id', /safely/],
    ['--upload-pack=id', /safely/],
    ['ssh://-oProxyCommand=id/x', /safely/],
    ['/etc', /safely/],
  ])('is the address %s', async (url, why) => {
    const { exitCode, ending } = await pushTo(url, []);
    expect([exitCode, ending]).toEqual([2, expect.stringMatching(why)]);
  });

  it.each(['--folder=../x', '--folder=/x', '--folder=a/.git', '--branch=-x', '--branch=a..b', '--branch=a b'])(
    'is %s',
    async (argument) => {
      expect((await push(argument)).results['status']).toBe('invalid-param');
    },
  );

  it('by the server is reported in its words', async () => {
    await put('shop.git/hooks/pre-receive', '#!/bin/sh\necho "rule 7: sign your commits" >&2\nexit 1\n');
    await chmod(join(scene.folder, 'shop.git/hooks/pre-receive'), 0o755);
    const { exitCode, results, ending } = await push('--branch=main');
    expect([exitCode, results['status']]).toEqual([3, 'git-refused']);
    expect(ending).toContain('rule 7: sign your commits');
  });

  it('is an empty folder, and a server that is not there', async () => {
    expect((await pushTo('http://127.0.0.1:1/shop.git', ['--branch=main'])).results['status']).toBe('unreachable');
    await execa('rm', ['-r', join(scene.folder, 'work')]);
    await mkdir(join(scene.folder, 'work'));
    expect((await push()).ending).toMatch(/nothing to push/);
  });
});
