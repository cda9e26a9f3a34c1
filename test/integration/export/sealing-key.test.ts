import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { sealingRecipientIn } from '../../../src/domain/kubeconfig/kubeconfig-entry.ts';
import { stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { runTaskCommand, type CommandEnd } from '../../builders/command.ts';
import { runExport, type ExportRun } from '../../builders/export-run.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const canary = 'canary-of-a-sealed-value';
const keyPath = '/api/v1/namespaces/default/secrets/crane-tasks-sealing-key';

let test: TestCluster;
let token: string;
let folders = 0;

/**
 * What a program in a pod sees: the kubelet tells each container where the API server is. The account of the pod stands
 * in a kubeconfig, since its own place in the file system is the kubelet's.
 */
function inPod(kubeconfig: string): Readonly<Record<string, string>> {
  return { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBECONFIG: kubeconfig };
}

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  token = await test.makeAccount('shop', 'mover', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
  const login = { url: test.server.url, token, 'ca.crt': test.ca };
  await test.create('/api/v1/namespaces/default/secrets', { metadata: { name: 'source' }, stringData: login });
  await test.create('/api/v1/namespaces/shop/secrets', { metadata: { name: 'login' }, stringData: { key: canary } });
});

afterAll(async () => {
  await test.stop();
});

async function freshFolder(): Promise<string> {
  folders += 1;
  const folder = path.join(test.scratch, `key-${String(folders)}`);
  await mkdir(folder);
  return folder;
}

function generate(folder: string, environment: Readonly<Record<string, string>>): Promise<CommandEnd> {
  const args = ['--cluster-secret=source', '--context-name=source', `--kubeconfig=${path.join(folder, 'kubeconfig')}`];
  return runTaskCommand(['crane-kubeconfig-generator', ...args], { cwd: folder, environment });
}

function exportShop(folder: string, environment: Readonly<Record<string, string>>): Promise<ExportRun> {
  const flags = { kubeconfig: path.join(folder, 'kubeconfig'), context: 'source', namespace: 'shop' };
  return runExport({ ...flags, 'export-dir': path.join(folder, 'export') }, environment);
}

async function recipientIn(folder: string): Promise<string | undefined> {
  return sealingRecipientIn(yamlCodec.parse(await readFile(path.join(folder, 'kubeconfig'), 'utf8'), 'kubeconfig')[0]);
}

async function removeKey(): Promise<void> {
  await test.cluster.request({ method: 'DELETE', path: keyPath }).catch(() => undefined);
}

/** A kubeconfig of an account with rules in the namespace of the runs, `default`. */
async function podAccount(name: string, verbs: readonly string[]): Promise<string> {
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs }];
  return test.writeKubeconfig(name, { token: await test.makeAccount('default', name, rules) });
}

describe('the key of the runs', () => {
  it('is made once by the generators of several clusters that run side by side, and written into the kubeconfig', async () => {
    await removeKey();
    const home = inPod(await podAccount('runner', ['get', 'create']));
    const places = await Promise.all([freshFolder(), freshFolder(), freshFolder()]);
    const ends = await Promise.all(places.map((folder) => generate(folder, home)));
    expect(ends.map((end) => end.exitCode)).toEqual([0, 0, 0]);
    const secret = await test.cluster.request({ path: keyPath });
    const recipient = Buffer.from(stringAt(secret, 'data', 'recipient') ?? '', 'base64').toString();
    expect(recipient).toMatch(/^age1/);
    expect(await Promise.all(places.map(recipientIn))).toEqual([recipient, recipient, recipient]);
    expect(valueAt(secret, 'immutable')).toBe(true);
    expect(stringAt(secret, 'metadata', 'labels', 'app.kubernetes.io/part-of')).toBe('crane-tasks');
    const identity = Buffer.from(stringAt(secret, 'data', 'identity') ?? '', 'base64')
      .toString()
      .trim();
    expect(ends.map((end) => end.stderr).join()).not.toContain(identity);
  });

  it('seals the export, and is found by who applies in the same namespace', async () => {
    await removeKey();
    const folder = await freshFolder();
    const home = inPod(await podAccount('runner-2', ['get', 'create']));
    await generate(folder, home);
    const run = await exportShop(folder, home);
    expect(run.exitCode, run.stderr).toBe(0);
    expect((await run.contents())['resources/shop/Secret__v1_shop_login.yaml']).toContain(await recipientIn(folder));
    await test.create('/api/v1/namespaces', { metadata: { name: 'shop-two' } }).catch(() => undefined);
    for (const task of ['crane-transform', 'crane-apply']) await runTaskCommand([task], { cwd: folder });
    const flags = [`--kubeconfig=${test.server.kubeconfigPath}`, '--context=local', '--namespace=shop-two'];
    const reader = inPod(await podAccount('applier', ['get']));
    const end = await runTaskCommand(['kubectl-apply-files', ...flags], { cwd: folder, environment: reader });
    expect(end.exitCode, end.stderr).toBe(0);
    const moved = await test.cluster.request({ path: '/api/v1/namespaces/shop-two/secrets/login' });
    expect(stringAt(moved, 'data', 'key')).toBe(Buffer.from(canary).toString('base64'));
  });

  it('is made by the export itself where no generator ran', async () => {
    await removeKey();
    const folder = await freshFolder();
    const kubeconfig = await podAccount('lone-runner', ['get', 'create']);
    const flags = { kubeconfig: test.server.kubeconfigPath, context: 'local', namespace: 'shop' };
    const run = await runExport({ ...flags, 'export-dir': path.join(folder, 'export') }, inPod(kubeconfig));
    expect(run.exitCode, run.stderr).toBe(0);
    expect(valueAt(await test.cluster.request({ path: keyPath }), 'data', 'identity')).toBeDefined();
  });

  it('need not be read by an export whose kubeconfig has the recipient', async () => {
    const folder = await freshFolder();
    await generate(folder, inPod(await podAccount('runner-3', ['get', 'create'])));
    // This account may read the Secret with the token of the source alone.
    const rules = [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['source'], verbs: ['get'] }];
    const narrow = await test.writeKubeconfig('narrow', { token: await test.makeAccount('default', 'narrow', rules) });
    const run = await exportShop(folder, inPod(narrow));
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.item('v1 Secret')).toMatchObject({ evidence: { recipient: await recipientIn(folder) } });
  });

  it('stops the export when there is none to be had: nothing is ever written in the clear', async () => {
    await removeKey();
    const folder = await freshFolder();
    const reader = inPod(await podAccount('reader', ['get']));
    const end = await generate(folder, reader);
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toMatch(/warn: no key to seal Secrets for: .*403 Forbidden/);
    const run = await exportShop(folder, reader);
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'forbidden' } });
    expect(run.stderr).toMatch(/looking for the key to seal Secrets for: .*secrets-recipient.*secrets=skip/);
    expect(await run.files()).toEqual([]);
  });

  it('is asked for by name when the Secrets of an export cannot be unsealed without it', async () => {
    const folder = await freshFolder();
    const home = inPod(await podAccount('runner-4', ['get', 'create']));
    await generate(folder, home);
    await exportShop(folder, home);
    for (const task of ['crane-transform', 'crane-apply']) await runTaskCommand([task], { cwd: folder });
    await removeKey();
    const flags = [
      `--kubeconfig=${test.server.kubeconfigPath}`,
      '--context=local',
      '--namespace=shop',
      '--dry-run=true',
    ];
    const end = await runTaskCommand(['kubectl-apply-files', ...flags], { cwd: folder, environment: home });
    expect(end.exitCode).toBe(4);
    expect(end.stderr).toMatch(/warn: not-unsealed v1 Secret shop\/login: .*no Secret crane-tasks-sealing-key/);
  });
});
