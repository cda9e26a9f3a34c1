import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readIdentityFile, makeSealingKey } from '../../../src/adapters/age/sealing.ts';
import { loadDefaultKubeconfig, loadKubeconfig } from '../../../src/adapters/kube/kubeconfig-files.ts';
import { readCaBundle } from '../../../src/adapters/files/read-mounted.ts';
import { readLogins } from '../../../src/adapters/registry/logins.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';

const redactor = new Redactor();

let base: string;
let mount: string;

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'mounted-'));
  mount = path.join(base, 'mount');
  await mkdir(path.join(mount, '..2026_11_28'), { recursive: true });
  await symlink('..2026_11_28', path.join(mount, '..data'));
});

afterEach(() => rm(base, { recursive: true, force: true }));

/** Adds a file to the mount as the kubelet's AtomicWriter does. */
async function add(name: string, text: string): Promise<void> {
  await writeFile(path.join(mount, '..2026_11_28', name), text);
  await symlink(`..data/${name}`, path.join(mount, name));
}

interface Input {
  readonly kind: string;
  /** Of the file in a folder. */
  readonly name: string;
  readonly makeContent: () => Promise<string>;
  readonly read: (path: string) => Promise<unknown>;
}

const inputs: readonly Input[] = [
  { kind: 'a kubeconfig', name: 'kubeconfig', makeContent: () => Promise.resolve('{}'), read: loadKubeconfig },
  {
    kind: 'logins',
    name: 'config.json',
    makeContent: () => Promise.resolve('{"auths":{}}'),
    read: (path) => readLogins(path, { redactor, askHelper: () => Promise.resolve(undefined) }),
  },
  {
    kind: 'certificates',
    name: 'ca.crt',
    makeContent: () => Promise.resolve('-----BEGIN CERTIFICATE-----\n'),
    read: readCaBundle,
  },
  {
    kind: 'a sealing key',
    name: 'identity',
    makeContent: async () => `${(await makeSealingKey(redactor)).identity.reveal()}\n`,
    read: (path) => readIdentityFile(path, redactor),
  },
];

describe.each(inputs)('$kind', ({ name, makeContent, read }) => {
  it('can come from a mounted Secret, as a folder and as a file', async () => {
    await add(name, await makeContent());
    await expect(read(mount)).resolves.toBeDefined();
    await expect(read(path.join(mount, name))).resolves.toBeDefined();
  });

  it('is not read through a link out of the folder', async () => {
    await writeFile(path.join(base, 'outside'), await makeContent());
    await symlink(path.join(base, 'outside'), path.join(mount, name));
    await expect(read(mount)).rejects.toThrow(/symbolic link out of the folder/);
    await expect(read(path.join(mount, name))).resolves.toBeDefined();
  });

  it('is not awaited from a FIFO or a device', async () => {
    execFileSync('mkfifo', [path.join(mount, name)]);
    await expect(read(mount)).rejects.toThrow(/expected a regular file, got a FIFO/);
    await expect(read(path.join(mount, name))).rejects.toThrow(/expected a regular file, got a FIFO/);
    await expect(read('/dev/zero')).rejects.toThrow(/expected a regular file, got a device/);
  });
});

describe('the kubeconfig of a user', () => {
  it('can be a link to anywhere', async () => {
    await writeFile(path.join(base, 'real'), '{}');
    await mkdir(path.join(base, '.kube'));
    await symlink(path.join(base, 'real'), path.join(base, '.kube', 'config'));
    const loaded = await loadDefaultKubeconfig({ HOME: base });
    expect(loaded.file).toBe(path.join(base, '.kube', 'config'));
  });
});
