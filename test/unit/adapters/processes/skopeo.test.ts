import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createPrivateFolder, type PrivateFolder } from '../../../../src/adapters/processes/private-folder.ts';
import { createSkopeoCopier, type CopierOptions } from '../../../../src/adapters/processes/skopeo.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

let root: string;
let folder: PrivateFolder;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'skopeo-test-'));
  await mkdir(path.join(root, 'bin'));
  folder = await createPrivateFolder(root);
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const job = {
  source: { host: 'a.example', path: 'shop/web' },
  destination: { host: 'b.example', path: 'new/web' },
  digest: `sha256:${'a'.repeat(64)}`,
  tags: ['1'],
};
const silent = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

/** A program named skopeo that records its call and ends as told. */
async function fakeSkopeo(ending: string): Promise<void> {
  const file = path.join(root, 'bin/skopeo');
  const record = `printf '%s\\n' "$@" >${root}/args; env >${root}/env; for arg; do case $arg in --dest-authfile=*) cat "\${arg#*=}" >>${root}/auth;; esac; done`;
  await writeFile(
    file,
    `#!/bin/sh\n[ "$1" = --version ] && echo 'skopeo version 1.18.0 commit: abc' && exit\n${record}\n${ending}\n`,
  );
  await chmod(file, 0o755);
}

function copier(more: Partial<CopierOptions> = {}) {
  const side = {
    verifyTls: () => true,
    certificates: () => ({}),
    authFile: () => Promise.resolve('{"auths":{}}'),
    renew: () => Promise.resolve(),
  };
  return createSkopeoCopier({
    source: side,
    destination: side,
    folder,
    environment: { PATH: `${root}/bin:/usr/bin:/bin`, HTTPS_PROXY: 'http://proxy.example', TOKEN: 'canary' },
    stallMilliseconds: 10_000,
    threads: 2,
    signal: new AbortController().signal,
    log: silent,
    noteProgram: () => undefined,
    ...more,
  });
}

describe('the skopeo copier', () => {
  it('reports the version of skopeo once, and ends well when it has none', async () => {
    await fakeSkopeo('exit 0');
    const noted: string[] = [];
    const one = copier({ noteProgram: (program, version) => noted.push(`${program} ${version}`) });
    await one.copy(job, '1');
    await one.copy(job, '1');
    expect(noted).toEqual(['skopeo 1.18.0']);
    await writeFile(path.join(root, 'bin/skopeo'), '#!/bin/sh\nexit 0\n');
    await copier({ noteProgram: (program) => noted.push(program) }).copy(job, '1');
    expect(noted).toHaveLength(1);
  });

  it('gives skopeo a SOCKS proxy by the name that all of its versions know', async () => {
    await fakeSkopeo('exit 0');
    const environment = { PATH: `${root}/bin:/usr/bin:/bin`, https_proxy: 'SOCKS5H://proxy.example' };
    await copier({ environment }).copy(job, '1');
    const lines = (await readFile(path.join(root, 'env'), 'utf8')).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['https_proxy=socks5://proxy.example']));
  });

  it('gives skopeo files with the logins and authorities, and no other environment than it needs', async () => {
    await fakeSkopeo('exit 0');
    const side = {
      verifyTls: () => true,
      authFile: () => Promise.resolve('{"auths":{}}'),
      renew: () => Promise.resolve(),
    };
    await copier({
      source: { ...side, certificates: (host) => ({ 'bundle.crt': 'PEM', 'client.key': `key for ${host}` }) },
      destination: { ...side, certificates: () => ({ 'bundle.crt': 'other PEM' }) },
    }).copy(job, '1');
    const args = (await readFile(path.join(root, 'args'), 'utf8')).trim().split('\n');
    expect(args.at(-1)).toBe('docker://b.example/new/web:1');
    expect(args).toContain(`--dest-authfile=${folder.pathOf('destination-auth-1.json')}`);
    const folderOf = (flag: string) => args.find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? '';
    expect(await readFile(`${folderOf('--src-cert-dir=')}/bundle.crt`, 'utf8')).toBe('PEM');
    expect(await readFile(`${folderOf('--src-cert-dir=')}/client.key`, 'utf8')).toBe('key for a.example');
    expect(await readFile(`${folderOf('--dest-cert-dir=')}/bundle.crt`, 'utf8')).toBe('other PEM');
    const environment = await readFile(path.join(root, 'env'), 'utf8');
    expect(environment).toContain('HTTPS_PROXY=http://proxy.example');
    expect(environment).toContain('XDG_DATA_HOME=/dev/null');
    expect(environment).toContain('GOMAXPROCS=2');
    expect(environment).not.toContain('canary');
    expect((await stat(folder.pathOf('source-auth-1.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(folder.pathOf('x')))).mode & 0o777).toBe(0o700);
  });

  it('reads the reason out of what skopeo says', async () => {
    await fakeSkopeo(`echo 'level=fatal msg="reading manifest: manifest unknown"' >&2; exit 1`);
    await expect(copier().copy(job, '1')).rejects.toMatchObject({
      kind: 'not-found',
      message: 'copying b.example/new/web:1: skopeo: reading manifest: manifest unknown',
    });
  });

  it('says that skopeo is missing', async () => {
    const alone = copier({ environment: { PATH: path.join(root, 'bin') } });
    await expect(alone.copy(job, '1')).rejects.toMatchObject({ kind: 'program-missing' });
  });

  it('writes a login again when it changed, and knows whether one did', async () => {
    await fakeSkopeo('exit 0');
    let text = 'first\n';
    const side = {
      verifyTls: () => true,
      certificates: () => ({}),
      authFile: () => Promise.resolve(text),
      renew: () => Promise.resolve(),
    };
    const one = copier({ destination: side });
    await one.copy(job, '1');
    expect(await one.renewLogin(job)).toBe(false);
    text = 'second\n';
    expect(await one.renewLogin(job)).toBe(true);
    await one.copy(job, '1');
    expect(await one.renewLogin(job)).toBe(false);
    expect(await readFile(path.join(root, 'auth'), 'utf8')).toBe('first\nsecond\n');
  });

  it('removes every file when it is done', async () => {
    await fakeSkopeo('exit 0');
    await copier().copy(job, '1');
    await folder.remove();
    await expect(stat(folder.pathOf('source-auth-1.json'))).rejects.toThrow('ENOENT');
  });
});
