import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { readClusterUid } from '../../../src/usecases/cluster/cluster-uid.ts';
import { runExport } from '../../builders/export-run.ts';
import { startGeneratorScene, type GeneratorScene } from '../../builders/generator-scene.ts';
import type { TestCluster } from '../../builders/test-cluster.ts';

let test: TestCluster;
let scene: GeneratorScene;
/** What the account of the own pod would be: allowed to read the Secret. */
let home: GeneratorScene['home'];
let token: string;

const secrets = '/api/v1/namespaces/default/secrets';

beforeAll(async () => {
  scene = await startGeneratorScene();
  ({ test, home, token } = scene);
});

afterAll(async () => {
  await test.stop();
});

const makeSecret: GeneratorScene['makeSecret'] = (name, stringData) => scene.makeSecret(name, stringData);
const freshFile: GeneratorScene['freshFile'] = () => scene.freshFile();
const generate: GeneratorScene['generate'] = (file, flags) => scene.generate(file, flags);
const readKubeconfig: GeneratorScene['readKubeconfig'] = (file) => scene.readKubeconfig(file);

async function contextsIn(file: string): Promise<readonly (string | undefined)[]> {
  return arrayAt(await readKubeconfig(file), 'contexts').map((entry) => stringAt(entry, 'name'));
}

describe('crane-kubeconfig-generator', () => {
  it('reports the identity of the cluster, for later tasks to recognise it, or nothing where it may not look', async () => {
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

  it('writes the token in clear text only when requested, and says so', async () => {
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

  it('checks the certificate of the server by default', async () => {
    await makeSecret('no-authority', { url: test.server.url, token });
    const file = freshFile();
    const flags = { 'cluster-secret': 'no-authority' };
    expect(await generate(file, flags)).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    const end = await generate(file, { ...flags, 'insecure-skip-tls-verify': 'true' });
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toContain('is not checked');
    expect(valueAt(await readKubeconfig(file), 'clusters', 0, 'cluster', 'insecure-skip-tls-verify')).toBe(true);
  });

  it('names the key that the Secret lacks', async () => {
    await makeSecret('incomplete', { url: test.server.url });
    const end = await generate(freshFile(), { 'cluster-secret': 'incomplete' });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(end.ending).toContain('Secret default/incomplete: key `token`');
  });

  it.each([
    ['ca.crt', 'encoded as base64 twice', () => Buffer.from(test.ca).toString('base64')],
    ['ca', 'encoded as base64 twice', () => Buffer.from(test.ca).toString('base64')],
    ['ca.crt', 'no PEM certificate', () => 'not a certificate'],
    ['ca.crt', 'no PEM certificate', () => test.ca.slice(0, 200)],
  ])('names the key of the authority: %s, %s', async (key, what, ca) => {
    const name = path.basename(freshFile());
    await makeSecret(name, { url: test.server.url, token, [key]: ca() });
    const end = await generate(freshFile(), { 'cluster-secret': name });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(end.ending).toContain(`Secret default/${name}: key \`${key}\``);
    expect(end.ending).toContain(what);
  });

  it('names the Secret that does not exist', async () => {
    const end = await generate(freshFile(), { 'cluster-secret': 'nowhere' });
    expect(end).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(end.ending).toContain('Secret default/nowhere: it does not exist');
  });

  it('does not overwrite a file that is not a kubeconfig', async () => {
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
