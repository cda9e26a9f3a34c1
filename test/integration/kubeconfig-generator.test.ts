import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/resources/resource.ts';
import { readClusterUid } from '../../src/usecases/cluster-uid.ts';
import { command, runTaskCommand, type CommandEnd } from '../builders/command.ts';
import { runExport } from '../builders/export-run.ts';
import { startTestCluster, type TestCluster } from '../builders/test-cluster.ts';
import { programPath } from '../cluster/programs.ts';

let test: TestCluster;
/** What the account of the own pod would be: allowed to read the Secret. */
let home: Readonly<Record<string, string>>;
let token: string;
let folders = 0;

const secrets = '/api/v1/namespaces/default/secrets';

beforeAll(async () => {
  test = await startTestCluster();
  home = { KUBECONFIG: test.server.kubeconfigPath };
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  token = await test.makeAccount('shop', 'mover', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  await makeSecret('source', { url: test.server.url, token, 'ca.crt': test.ca });
});

afterAll(async () => {
  await test.stop();
});

async function makeSecret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  await test.create(secrets, { metadata: { name }, stringData });
}

function freshFile(): string {
  folders += 1;
  return path.join(test.scratch, `generated-${String(folders)}`);
}

function generate(file: string, flags: Readonly<Record<string, string>> = {}): Promise<CommandEnd> {
  const all = { 'cluster-secret': 'source', 'context-name': 'source', kubeconfig: file, ...flags };
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  return runTaskCommand(['crane-kubeconfig-generator', ...args], { cwd: test.scratch, environment: home });
}

async function readKubeconfig(file: string): Promise<unknown> {
  return yamlCodec.parse(await readFile(file, 'utf8'), file)[0];
}

/** Changes a cluster of the file as whoever can write to the volume may. */
async function changeCluster(file: string, change: (cluster: JsonObject) => JsonObject): Promise<void> {
  const config = await readKubeconfig(file);
  if (!isObject(config)) throw new Error(`${file}: expected a kubeconfig`);
  const clusters = arrayAt(config, 'clusters').map((entry) => {
    const cluster = valueAt(entry, 'cluster');
    return { name: stringAt(entry, 'name'), cluster: isObject(cluster) ? change(cluster) : cluster };
  });
  await writeFile(file, JSON.stringify({ ...config, clusters }));
}

/** Runs the real kubectl with the program crane-tasks in its path. */
async function kubectl(file: string, args: readonly string[], options: { readonly reject?: boolean } = {}) {
  const bin = path.join(test.scratch, 'bin');
  const program = path.join(bin, 'crane-tasks');
  await mkdir(bin, { recursive: true });
  await writeFile(program, `#!/bin/sh\nKUBECONFIG=${home['KUBECONFIG'] ?? ''} exec ${command.join(' ')} "$@"\n`);
  await chmod(program, 0o755);
  const all = [`--kubeconfig=${file}`, '--context=source', ...args];
  return execa(programPath('kubectl'), all, { env: { PATH: `${bin}:/usr/bin:/bin` }, reject: options.reject ?? true });
}

async function contextsIn(file: string): Promise<readonly (string | undefined)[]> {
  return arrayAt(await readKubeconfig(file), 'contexts').map((entry) => stringAt(entry, 'name'));
}

describe('crane-kubeconfig-generator', () => {
  it('tells the identity of the cluster, for later tasks to recognise it, or nothing where it may not look', async () => {
    const uid = await readClusterUid(test.cluster);
    expect((await generate(freshFile())).results['cluster-uid']).toBe('');
    await test.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'sees-namespaces' },
      rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
    });
    await test.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'sees-namespaces' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'sees-namespaces' },
      subjects: [{ kind: 'ServiceAccount', name: 'mover', namespace: 'shop' }],
    });
    expect((await generate(freshFile())).results['cluster-uid']).toBe(uid);
  });

  it('adds a context that works, and keeps the token out of the file', async () => {
    const file = freshFile();
    const end = await generate(file);
    expect(end).toMatchObject({ exitCode: 0, results: { status: 'succeeded' } });
    expect(end.ending).toContain('as system:serviceaccount:shop:mover');
    const text = await readFile(file, 'utf8');
    expect(text + end.stderr).not.toContain(token);
    const flags = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const run = await runExport(flags, home);
    expect(run.stderr).toContain('exported');
    expect(run.exitCode).toBe(0);
  });

  it('reads the Secret again when the token in it was replaced', async () => {
    const file = freshFile();
    await makeSecret('rotating', { url: test.server.url, token, ca: test.ca });
    await generate(file, { 'cluster-secret': 'rotating' });
    const patch = { stringData: { token: 'no-longer-valid' } };
    const request = {
      method: 'PATCH',
      path: `${secrets}/rotating`,
      contentType: 'application/merge-patch+json',
    } as const;
    await test.cluster.request({ ...request, body: patch });
    const flags = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 3, results: { status: 'unauthorized' } });
    await test.cluster.request({ ...request, body: { stringData: { token } } });
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 0 });
  });

  it('gives kubectl the token through an exec entry', async () => {
    const file = freshFile();
    await generate(file);
    const { stdout, stderr } = await kubectl(file, ['auth', 'whoami']);
    expect(stdout).toContain('system:serviceaccount:shop:mover');
    expect(stderr).not.toContain(token);
  });

  it.each<[string, (cluster: JsonObject) => JsonObject]>([
    [
      'leads it to another server',
      (cluster) => ({ ...cluster, server: test.server.url.replace('127.0.0.1', 'localhost') }),
    ],
    ['does not check the certificate', ({ server }) => ({ server, 'insecure-skip-tls-verify': true })],
    ['trusts other authorities', ({ server }) => ({ server })],
  ])('gives kubectl no token when the kubeconfig %s', async (_what, change) => {
    const file = freshFile();
    await generate(file);
    await changeCluster(file, change);
    const { exitCode, stderr } = await kubectl(file, ['get', 'configmaps', '-n', 'shop'], { reject: false });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('token of Secret default/source');
  });

  it('gives nothing to a caller that does not say where it connects to', async () => {
    const place = ['cluster-credential', '--cluster-secret=source', '--namespace=default'];
    const end = await runTaskCommand(place, { cwd: test.scratch, environment: home });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
  });

  it('reports a digest of the context, by which a task refuses a changed one before it connects', async () => {
    const file = freshFile();
    const { results } = await generate(file);
    await generate(file, { 'context-name': 'destination' });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const flags = { ...place, 'kubeconfig-digest': results['kubeconfig-digest'] ?? '' };
    expect(results['kubeconfig-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 0 });
    const other = { ...flags, context: 'destination' };
    expect(await runExport(other, home)).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
    await changeCluster(file, (cluster) => ({ ...cluster, 'proxy-url': 'http://127.0.0.1:1' }));
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-refused' } });
  });

  it('reports the same digest again for the same context, and for one with an embedded token as well', async () => {
    const file = freshFile();
    const first = await generate(file);
    expect((await generate(file)).results['kubeconfig-digest']).toBe(first.results['kubeconfig-digest']);
    const { results } = await generate(file, { 'embed-token': 'true' });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const flags = { ...place, 'kubeconfig-digest': results['kubeconfig-digest'] ?? '' };
    expect(await runExport(flags, home)).toMatchObject({ exitCode: 0 });
  });

  it('writes the token in clear text only when told to, and says so', async () => {
    const file = freshFile();
    const end = await generate(file, { 'embed-token': 'true' });
    expect(end.stderr).toContain('in clear text');
    expect(end.stderr).not.toContain(token);
    expect(stringAt(await readKubeconfig(file), 'users', 0, 'user', 'token')).toBe(token);
  });

  it('gives the same file when run again, and keeps what else is in it', async () => {
    const file = freshFile();
    await generate(file);
    await generate(file, { 'context-name': 'destination' });
    const before = await readFile(file, 'utf8');
    expect((await generate(file)).exitCode).toBe(0);
    expect(before).not.toBe('');
    const after = await readKubeconfig(file);
    expect(stringAt(after, 'current-context')).toBe('source');
    expect([...(await contextsIn(file))].sort()).toEqual(['destination', 'source']);
  });

  it('loses no context when several run at the same time', async () => {
    const file = freshFile();
    const names = ['a', 'b', 'c', 'd'];
    const ends = await Promise.all(names.map((name) => generate(file, { 'context-name': name })));
    expect(ends.map((end) => end.exitCode)).toEqual([0, 0, 0, 0]);
    expect([...(await contextsIn(file))].sort()).toEqual(names);
  });

  it('takes a lock over that a killed program left', async () => {
    const file = freshFile();
    await writeFile(`${file}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, longAgo, longAgo);
    expect((await generate(file)).exitCode).toBe(0);
    await expect(readFile(`${file}.lock`)).rejects.toThrow('ENOENT');
  });
});

describe('crane-kubeconfig-generator with wrong input', () => {
  it.each([['"; rm -rf /'], ['$(reboot)'], ['a\nb'], ['--context'], ["it's"]])(
    'takes the context name %j literally',
    async (name) => {
      const file = freshFile();
      expect((await generate(file, { 'context-name': name })).exitCode).toBe(0);
      expect(await contextsIn(file)).toEqual([name]);
    },
  );

  it('writes nothing when the token is not accepted', async () => {
    await makeSecret('stale', { url: test.server.url, token: 'canary-stale', ca: test.ca });
    const file = freshFile();
    const end = await generate(file, { 'cluster-secret': 'stale' });
    expect(end).toMatchObject({ exitCode: 3, results: { status: 'unauthorized' } });
    expect(end.stderr).not.toContain('canary');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('checks the certificate of the server unless told not to', async () => {
    await makeSecret('no-authority', { url: test.server.url, token });
    const file = freshFile();
    const flags = { 'cluster-secret': 'no-authority' };
    expect(await generate(file, flags)).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    const end = await generate(file, { ...flags, 'insecure-skip-tls-verify': 'true' });
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toContain('is not checked');
    expect(valueAt(await readKubeconfig(file), 'clusters', 0, 'cluster', 'insecure-skip-tls-verify')).toBe(true);
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    // The file on the shared volume alone switches nothing off.
    expect(await runExport(place, home)).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    const proven = { ...place, 'kubeconfig-digest': end.results['kubeconfig-digest'] ?? '' };
    expect(await runExport(proven, home)).toMatchObject({ exitCode: 0 });
  });

  it('lets the Secret switch the check off, for all tasks', async () => {
    await makeSecret('unchecked', { url: test.server.url, token, 'insecure-skip-tls-verify': 'true' });
    const file = freshFile();
    expect(await generate(file, { 'cluster-secret': 'unchecked' })).toMatchObject({ exitCode: 0 });
    const place = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    expect(await runExport(place, home)).toMatchObject({ exitCode: 0 });
    expect(await kubectl(file, ['get', 'configmaps', '-n', 'shop'])).toMatchObject({ exitCode: 0 });
  });

  it('keeps the password of a proxy out of the file', async () => {
    const proxy = 'http://user:canary-of-proxy@127.0.0.1:1';
    await makeSecret('proxied', { url: test.server.url, token, 'proxy-url': proxy, 'ca.crt': test.ca });
    const end = await generate(freshFile(), { 'cluster-secret': 'proxied' });
    expect(end).toMatchObject({ exitCode: 3, results: { status: 'unreachable' } });
    expect(end.stderr).not.toContain('canary-of-proxy');
  });

  it('names the key that the Secret lacks', async () => {
    await makeSecret('incomplete', { url: test.server.url });
    const end = await generate(freshFile(), { 'cluster-secret': 'incomplete' });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(end.ending).toContain('Secret default/incomplete: key `token`');
  });

  it('names the Secret that does not exist', async () => {
    const end = await generate(freshFile(), { 'cluster-secret': 'nowhere' });
    expect(end.exitCode).toBe(3);
    expect(end.ending).toContain('secrets "nowhere" not found');
  });

  it('does not overwrite a file that is no kubeconfig', async () => {
    const file = freshFile();
    await writeFile(file, 'kind: Secret\n');
    expect(await generate(file)).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-unreadable' } });
    expect(await readFile(file, 'utf8')).toBe('kind: Secret\n');
  });

  it('needs a name for the context', async () => {
    expect(await generate(freshFile(), { 'context-name': '' })).toMatchObject({ exitCode: 2 });
  });

  it('does not ask a kubeconfig for a token that comes from itself', async () => {
    const file = freshFile();
    await generate(file);
    const flags = { kubeconfig: file, context: 'source', namespace: 'shop', 'export-dir': `${file}-export` };
    const run = await runExport(flags, { KUBECONFIG: file });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'kubeconfig-unreadable' } });
    expect(isObject(run.report)).toBe(true);
  });
});
