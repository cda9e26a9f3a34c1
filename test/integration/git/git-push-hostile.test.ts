import { chmod, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

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

describe('what is in the folder', () => {
  const bytesOf = (path: string) => server.git('cat-file', '-p', `main:${path}`);

  it('is pushed with the files of repositories within, not as references to their commits', async () => {
    const inner = join(scene.folder, 'work/inner');
    await execa('git', ['init', '--quiet', inner]);
    await put('work/inner/deep/app.yaml', 'kind: A\n');
    const git = (...args: readonly string[]) =>
      execa('git', ['-C', inner, '-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args]);
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'inner');
    await put('work/.gitmodules', '[submodule "inner"]\n\tpath = inner\n\turl = https://other.example/inner.git\n');
    // A worktree of git has a file of this name.
    await put('work/linked/.git', 'gitdir: /nowhere\n');
    await put('work/linked/b.yaml', 'kind: B\n');
    const { exitCode, stderr } = await push('--branch=main');
    expect(exitCode, stderr).toBe(0);
    expect(await filesOf('main')).toEqual(expect.arrayContaining(['inner/deep/app.yaml', 'linked/b.yaml', 'map.yaml']));
    expect(await server.git('ls-tree', '-r', 'main')).not.toMatch(/^160000/m);
  });

  it.each([
    ['* filter=planted ident text eol=crlf working-tree-encoding=UTF-16 export-subst\n', '.gitattributes'],
    ['[attr]binary filter=planted\n*.yaml binary\n', 'sub/.gitattributes'],
  ])('arrives byte for byte, whatever attributes it has: %j', async (attributes, name) => {
    const text = '# $Id$ $Format:%H$\nkind: A\r\nname: "\u00e9"\n';
    const ran = join(scene.folder, 'ran');
    await put('home/.gitconfig', `[filter "planted"]\n\tclean = touch ${ran}\n\trequired = true\n`);
    await put(`work/${name}`, attributes);
    await put('work/sub/a.yaml', text);
    const { exitCode, stderr } = await push('--branch=main');
    expect(exitCode, stderr).toBe(0);
    const pushed = await execa('git', ['-C', join(scene.folder, 'shop.git'), 'cat-file', '-p', 'main:sub/a.yaml'], {
      stripFinalNewline: false,
    });
    expect(pushed.stdout).toBe(text);
    expect(await bytesOf(name)).toBe(attributes.trimEnd());
    await expect(readFile(ran)).rejects.toThrow('ENOENT');
  });

  it('is refused when a part of it is a link', async () => {
    await put('secret', 'apiVersion: v1\n');
    await symlink(join(scene.folder, 'secret'), join(scene.folder, 'work/link.yaml'));
    expect((await push('--branch=main')).exitCode).toBe(2);
    await expect(server.git('rev-parse', '--verify', '--quiet', 'main')).rejects.toThrow();
  });

  it.each([['a path'], ['ext::sh -c touch% ran/x']])('goes to no address without a scheme: %s', async (name) => {
    expect((await pushTo(name === 'a path' ? scene.folder : name, ['--branch=main'])).exitCode).toBe(2);
  });
});

describe('a repository on this computer', () => {
  const program = (): string => join(scene.folder, 'planted');
  const ran = (): string => join(scene.folder, 'ran');

  async function prepare(name: string, settings: readonly string[], bare = ['--bare']): Promise<string> {
    const repository = join(scene.folder, name);
    await execa('git', ['init', '--quiet', '--initial-branch=main', ...bare, repository]);
    await put('planted', `#!/bin/sh\ntouch ${ran()}\ncat\n`);
    await chmod(program(), 0o755);
    for (const setting of settings) {
      const [key = '', value = ''] = setting.split('=');
      await execa('git', ['-C', repository, 'config', key, value.replace('PROGRAM', program())]);
    }
    return repository;
  }

  it.each(['pre-receive', 'update', 'post-receive', 'post-update', 'proc-receive', 'reference-transaction'])(
    'runs no hook that its settings name: %s',
    async (hook) => {
      const repository = await prepare('hooked.git', ['core.hooksPath=hooked', 'receive.procReceiveRefs=refs/heads']);
      for (const place of ['hooked', 'hooks']) {
        await put(`hooked.git/${place}/${hook}`, `#!/bin/sh\ntouch ${ran()}\n`);
        await chmod(join(repository, place, hook), 0o755);
      }
      await pushTo(`file://${repository}`, ['--branch=main']);
      await expect(readFile(ran())).rejects.toThrow('ENOENT');
    },
  );

  it('runs no program of its settings, and does not check the files out', async () => {
    const settings = [
      ...['receive.denyCurrentBranch=updateInstead', 'filter.planted.smudge=PROGRAM', 'core.fsmonitor=PROGRAM'],
      ...['core.alternateRefsCommand=PROGRAM', 'uploadpack.packObjectsHook=PROGRAM', 'core.sshCommand=PROGRAM'],
      ...['gc.auto=1', 'gc.autoDetach=false', 'core.pager=PROGRAM', 'gpg.program=PROGRAM'],
    ];
    const repository = await prepare('checked-out', settings, []);
    await execa('git', ['init', '--quiet', '--bare', join(scene.folder, 'alternate.git')]);
    await put('checked-out/.git/objects/info/alternates', `${join(scene.folder, 'alternate.git/objects')}\n`);
    await put('work/.gitattributes', '* filter=planted\n');
    for (const branch of ['main', 'other', 'other']) {
      await put('work/map.yaml', `kind: ${crypto.randomUUID()}\n`);
      await pushTo(`file://${repository}`, [`--branch=${branch}`]);
    }
    await expect(readFile(ran())).rejects.toThrow('ENOENT');
    expect(await readdir(repository)).toEqual(['.git']);
    const { stdout } = await execa('git', ['-C', repository, 'rev-list', '--count', 'other']);
    expect(stdout).toBe('2');
  });
});
