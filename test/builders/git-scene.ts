import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import { ensureAuthority, ensureCertificate, type KeyPair } from '../../testbed/clusters/certificates.ts';
import { startGitServer, type GitServer, type GitServerOptions } from '../fakes/git-server.ts';
import { makeFolder, runTaskCommand, type CommandEnd } from './command.ts';
import { cloneOf, type GitClone } from './git-commits.ts';

/** A Git server, and a clone from which commits reach its repository. */
export interface GitScene {
  readonly server: GitServer;
  readonly clone: GitClone;
}

/** Serves an empty repository `shop.git` of a folder, which gets a clone too. */
export async function startGitScene(folder: string, options: GitServerOptions): Promise<GitScene> {
  const server = await startGitServer(folder, options);
  return { server, clone: await cloneOf(join(folder, 'shop.git'), join(folder, 'clone')) };
}

/** Writes the files of a Secret of type `kubernetes.io/basic-auth` into the folder `login`. */
export async function writeGitLogin(
  folder: string,
  { user, password }: Pick<GitServerOptions, 'user' | 'password'>,
): Promise<void> {
  await putFile(folder, 'login/username', `${user}\n`);
  await putFile(folder, 'login/password', `${password}\n`);
}

/** Makes an authority of its own and a certificate of a server. @param name as a certificate has it: `DNS:…` or `IP:…` */
export async function makeGitTls(folder: string, name = 'IP:127.0.0.1'): Promise<{ authority: string; tls: KeyPair }> {
  const place = join(folder, 'tls');
  const authority = await ensureAuthority(place, 'git');
  const tls = await ensureCertificate(place, 'server', { authority, commonName: 'git', names: [name] });
  return { authority: authority.certFile, tls };
}

/** Writes a file of a folder, and the folders that it needs. */
export async function putFile(folder: string, path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** A folder with something to push and an empty home, and git-init-push of it, which the tests of a file share. */
export interface PushScene {
  readonly folder: string;
  readonly put: (path: string, text: string) => Promise<void>;
  /** Runs git-init-push with further flags, and variables besides PATH and the home folder. */
  readonly pushTo: (
    url: string,
    flags: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<CommandEnd>;
}

/** Makes the folder before each test and removes it after it. */
export function usePushScene(): PushScene {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  const scene: PushScene = {
    get folder() {
      return made.path;
    },
    put: (path, text) => putFile(made.path, path, text),
    pushTo(url, flags, environment = {}) {
      const person = ['--user-name=Ann Mover', '--user-email=ann@example.com'];
      const work = '--uninitialized-git-repo=work';
      const home = join(made.path, 'home');
      const common = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home };
      return runTaskCommand(['git-init-push', `--git-remote-url=${url}`, work, ...person, ...flags], {
        cwd: made.path,
        environment: { ...common, ...environment },
      });
    },
  };
  beforeEach(async () => {
    made = await makeFolder();
    await scene.put('work/map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n');
    await scene.put('home/.keep', '');
  });
  afterEach(() => made.remove());
  return scene;
}
