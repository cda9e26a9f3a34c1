import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { CommandEnd } from '../../builders/command.ts';
import { usePushScene } from '../../builders/git-scene.ts';
import { makeSshKey, startSshServer, type SshServer } from '../../fakes/ssh-server.ts';

const scene = usePushScene();
const { put } = scene;
let server: SshServer;

beforeEach(async () => {
  server = await startSshServer(scene.folder);
  // As a mounted Secret has them: readable for everybody.
  await put('login/ssh-privatekey', server.privateKey);
  await put('login/known_hosts', `${server.knownHost}\n`);
});

afterEach(() => server.stop());

function push(...args: readonly string[]): Promise<CommandEnd> {
  return scene.pushTo(server.url, args);
}

async function expectNothingPushed(): Promise<void> {
  expect(await server.git('branch', '--list')).toBe('');
}

describe('pushing to a server over ssh', () => {
  it('takes the key of the workspace, and keeps and prints nothing of it', async () => {
    const first = await push('--branch=main', '--credentials=login', '--debug');
    expect([first.exitCode, first.results['branch'], first.results['pushed']], first.stderr).toEqual([
      ...[0, 'main', 'true'],
    ]);
    expect(await server.git('ls-tree', '-r', '--name-only', 'main')).toBe('map.yaml');
    expect(await server.git('rev-parse', 'main')).toBe(first.results['commit']);
    await put('work/second.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n');
    expect((await push('--credentials=login')).results['pushed']).toBe('true');
    expect(await server.git('rev-list', '--count', 'main')).toBe('2');
    expect((await push('--credentials=login')).results['pushed']).toBe('false');
    const secret = server.privateKey.split('\n')[2] ?? '';
    expect(secret.length).toBeGreaterThan(30);
    const report = await readFile(join(scene.folder, 'work/reports/git-init-push.json'), 'utf8');
    for (const text of [report, first.stderr]) expect(text).not.toContain(secret);
    expect(await readdir(join(scene.folder, 'home'))).toEqual(['.keep']);
  });

  it('takes the key that Tekton puts into the home folder, whatever the name of its Secret', async () => {
    await put('home/.ssh/id_git-login', server.privateKey);
    await put('home/.ssh/known_hosts', `${server.knownHost}\n`);
    const { exitCode, stderr } = await push('--branch=main');
    expect(exitCode, stderr).toBe(0);
    expect(await server.git('ls-tree', '-r', '--name-only', 'main')).toBe('map.yaml');
  });

  it('is refused when the server has another key than the one that is known', async () => {
    const other = await makeSshKey(join(scene.folder, 'other'));
    const [host = ''] = server.knownHost.split(' ');
    await put('login/known_hosts', `${host} ${other.publicKey}\n`);
    const { exitCode, results, ending } = await push('--credentials=login');
    expect([exitCode, results['status']]).toEqual([3, 'tls-untrusted']);
    expect(ending).toContain('Host key verification failed');
    await expectNothingPushed();
  });

  it('is refused when the server is not known at all', async () => {
    await put('login/known_hosts', 'git.example.com ssh-ed25519 AAAA\n');
    const { exitCode, results } = await push('--credentials=login');
    expect([exitCode, results['status']]).toEqual([3, 'tls-untrusted']);
    await expectNothingPushed();
  });

  it('is refused when the server does not let the key in', async () => {
    await put('login/ssh-privatekey', (await makeSshKey(join(scene.folder, 'stranger'))).privateKey);
    const { exitCode, results, ending } = await push('--credentials=login');
    expect([exitCode, results['status']]).toEqual([3, 'unauthorized']);
    expect(ending).toContain('Permission denied (publickey');
    await expectNothingPushed();
  });
});
