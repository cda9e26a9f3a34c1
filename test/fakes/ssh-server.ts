import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { startChild } from '../../testbed/clusters/child.ts';
import { freePorts } from '../../testbed/clusters/loopback.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';

/** A real sshd on loopback that lets one key in, for git alone, and serves one repository. */
export interface SshServer {
  /** `ssh://` address of the repository `shop.git`. */
  readonly url: string;
  /** The line of known_hosts that names it. */
  readonly knownHost: string;
  /** The private key that is let in, as ssh-keygen writes it. */
  readonly privateKey: string;
  /** Runs git on the bare repository. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  stop(): Promise<void>;
}

/** Makes a pair of keys without a passphrase, `<path>` and `<path>.pub`, and gives both texts. */
export async function makeSshKey(path: string): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
  const [privateKey, publicKey] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')]);
  return { privateKey, publicKey: publicKey.trim() };
}

/** Makes an empty bare repository and keys in a folder, and starts sshd as root, who is also the user that logs in. */
export async function startSshServer(folder: string): Promise<SshServer> {
  const place = join(folder, 'sshd');
  // The folder that sshd insists on; Debian makes it when the service starts.
  await Promise.all([mkdir(place), mkdir('/run/sshd', { recursive: true })]);
  const [port = 0] = await freePorts(1);
  const [host, user] = [await makeSshKey(join(place, 'host')), await makeSshKey(join(place, 'user'))];
  await writeFile(
    join(place, 'authorized_keys'),
    `restrict,command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" ${user.publicKey}\n`,
  );
  await writeFile(join(place, 'sshd_config'), configText(place, port));
  const repository = join(folder, 'shop.git');
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const command = { file: '/usr/sbin/sshd', args: ['-D', '-e', '-f', join(place, 'sshd_config')] };
  const child = startChild('sshd', command, place);
  await waitFor({
    what: 'sshd',
    seconds: 15,
    everyMs: 30,
    check: async () => {
      child.assertRunning();
      const scan = await execa('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { reject: false });
      return scan.stdout === '' ? scan.stderr : undefined;
    },
  });
  return {
    url: `ssh://root@127.0.0.1:${String(port)}${repository}`,
    knownHost: `[127.0.0.1]:${String(port)} ${host.publicKey}`,
    privateKey: user.privateKey,
    git: async (...args) => (await execa('git', ['-C', repository, ...args])).stdout,
    stop: child.stop,
  };
}

function configText(place: string, port: number): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${String(port)}`,
    `HostKey ${place}/host`,
    'PidFile none',
    `AuthorizedKeysFile ${place}/authorized_keys`,
    // The folder lies below one that everybody may write into.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    '',
  ].join('\n');
}
