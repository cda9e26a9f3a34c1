import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHelm, type HelmOptions } from '../../../../src/adapters/processes/helm.ts';
import { createPrivateFolder, type PrivateFolder } from '../../../../src/adapters/processes/private-folder.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Helm } from '../../../../src/domain/helm/helm.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let root: string;
let folder: PrivateFolder;
const programs: string[] = [];
const redactor = new Redactor();
const quiet = () => undefined;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'helm-test-'));
  await mkdir(path.join(root, 'bin'));
  folder = await createPrivateFolder(root);
  programs.length = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Opens a program named helm that records its call and ends as the shell text says. */
async function open(ending: string, more: Partial<HelmOptions> = {}): Promise<Helm> {
  const file = path.join(root, 'bin/helm');
  const record = `printf '%s\\n' "$@" >${root}/args; export >${root}/env`;
  const values = `for each in "$@"; do case $each in --values=*) /bin/cat "\${each#--values=}" >>${root}/values;; esac; done`;
  const version = `if [ "$1" = version ]; then echo v3.22.1+g1; exit 0; fi`;
  await writeFile(file, `#!/bin/sh\n${version}\n${record}\n${values}\n${ending}\n`);
  await chmod(file, 0o755);
  return openHelm({
    folder,
    kubeconfig: undefined,
    environment: { PATH: path.join(root, 'bin'), HTTP_PROXY: 'http://proxy.test', HELM_PLUGINS: '/evil', SECRET: 'x' },
    signal: new AbortController().signal,
    log: { redactor, debug: quiet, info: quiet, warn: quiet, progress: quiet, item: quiet },
    noteProgram: (program, found) => void programs.push(`${program} ${found}`),
    ...more,
  });
}

const recorded = (name: string): Promise<string> => readFile(path.join(root, name), 'utf8');
const release = { namespace: 'shop', name: 'web' };
const request = {
  ...release,
  chart: '/c',
  values: ['a: 1\n', 'b: 2\n'],
  historyLimit: 5,
  wait: true,
  timeoutSeconds: 60,
};

describe('helm', () => {
  it('gets values as files and gives the new revision', async () => {
    const helm = await open(`echo '{"version":3}'`);
    expect(await helm.upgrade(request)).toBe(3);
    expect(await recorded('values')).toBe('a: 1\nb: 2\n');
    expect(await recorded('args')).toMatch(/^upgrade\n--install\n(?:.*\n)*--\nweb\n\/c\n$/);
    expect(programs).toEqual(['helm 3.22.1+g1']);
  });

  it('has a home of its own, and few variables', async () => {
    const kubeconfig = { path: '/k', refresh: () => Promise.resolve() };
    const helm = await open('echo "{}"', { kubeconfig, registryConfig: '{"auths":{}}' });
    await helm.dryRun(request, 'install');
    const environment = await recorded('env');
    expect(environment).toContain("KUBECONFIG='/k'");
    expect(environment).toContain("HTTP_PROXY='http://proxy.test'");
    expect(environment).toContain(`HELM_PLUGINS='${folder.pathOf('plugins')}'`);
    expect(environment).not.toContain('SECRET');
    expect(await readFile(folder.pathOf('registry/config.json'), 'utf8')).toBe('{"auths":{}}');
  });

  it('renews the token before each command', async () => {
    let renewed = 0;
    const refresh = (): Promise<void> => {
      renewed += 1;
      return Promise.resolve();
    };
    const helm = await open('echo "[]"', { kubeconfig: { path: '/k', refresh } });
    await helm.list('');
    await helm.list('shop');
    expect(renewed).toBe(2);
  });

  it.each<[string, string, (helm: Helm) => Promise<unknown>, unknown]>([
    ['history', `echo '[{"revision":1,"status":"deployed"}]'`, (helm) => helm.history(release), [{ revision: 1 }]],
    ['history of nothing', 'echo "Error: release: not found" >&2; exit 1', (helm) => helm.history(release), []],
    ['list', `echo '[{"name":"web","revision":"1"}]'`, (helm) => helm.list('shop'), [{ name: 'web', revision: 1 }]],
    ['values', `echo '{"a":1}'`, (helm) => helm.values(release), { a: 1 }],
    ['all values', `echo null`, (helm) => helm.values(release, { all: true, revision: 2 }), {}],
    ['lint', 'exit 0', (helm) => helm.lint(request), []],
    [
      'lint with findings',
      `echo '==> Linting'; echo '[WARNING] icon'; echo '[ERROR] x'; echo 'Error: 1 chart(s) failed' >&2; exit 1`,
      (helm) => helm.lint(request),
      ['[WARNING] icon', '[ERROR] x'],
    ],
  ])('reads %s', async (...[, ending, call, expected]) => {
    const found = await call(await open(ending));
    if (Array.isArray(expected) && expected.length === 0) expect(found).toEqual([]);
    else expect(found).toMatchObject(expected as object);
  });

  it.each<[string, (helm: Helm) => Promise<unknown>]>([
    ['get\nmanifest\n', (helm) => helm.manifest(release)],
    ['get\nhooks\n', (helm) => helm.hooks(release)],
    ['template\n', (helm) => helm.template(request)],
    ['rollback\n', (helm) => helm.rollback({ ...request, revision: 2 })],
    ['uninstall\n', (helm) => helm.uninstall(request)],
  ])('calls %j', async (words, call) => {
    const found = await call(await open('echo text'));
    expect([undefined, 'text\n', 'text']).toContain(found);
    expect((await recorded('args')).startsWith(words)).toBe(true);
  });

  it.each([
    ['echo "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress" >&2', 'pending'],
    ['echo "Error: chart requires very-secret-value" >&2', 'refused'],
  ])('refuses: %s', async (ending, failure) => {
    redactor.secret('very-secret-value');
    const helm = await open(`${ending}; exit 1`);
    const error = await thrownBy(() => helm.upgrade(request));
    expect(error).toMatchObject({ failure });
    expect(error.message).toMatch(/^running helm upgrade: /);
    expect(error.message).not.toContain('very-secret-value');
  });

  it('is stopped by the signal of a command', async () => {
    const helm = await open('exec /bin/sleep 60');
    const stop = new AbortController();
    const running = helm.upgrade(request, stop.signal);
    setTimeout(() => stop.abort(), 200);
    await expect(running).rejects.toThrow();
  });

  it('that is missing is an error', async () => {
    const error = await thrownBy(() => open('exit 0', { environment: { PATH: path.join(root, 'none') } }));
    expect(error.code).toBe('program-missing');
  });
});
