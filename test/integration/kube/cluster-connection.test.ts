import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster, connectOwnCluster } from '../../../src/adapters/kube/connect.ts';
import { stringAt } from '../../../src/domain/core/json-object.ts';
import type { Cluster } from '../../../src/domain/kube/cluster.ts';
import { execVersion } from '../../builders/exec-plugin.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startFakeApi, type FakeApi } from '../../fakes/api-server.ts';

let test: TestCluster;
let token: string;
const open: Cluster[] = [];
let fake: FakeApi | undefined;

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  token = await test.makeAccount('shop', 'mover', []);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((cluster) => cluster.close()));
  await fake?.stop();
  fake = undefined;
});

afterAll(async () => {
  await test.stop();
});

async function connect(
  kubeconfig: string | undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  const cluster = await connectCluster({ kubeconfig, context: undefined, environment, log: silentLog });
  open.push(cluster);
  return cluster;
}

async function whoAmI(cluster: Cluster): Promise<string | undefined> {
  const answer = await cluster.request({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  return stringAt(answer, 'status', 'userInfo', 'username');
}

const mover = 'system:serviceaccount:shop:mover';
const execEntry = { apiVersion: execVersion, interactiveMode: 'Never', command: process.execPath };

describe('a connection to a cluster', () => {
  it('uses a token, and gives it to those who log in with it elsewhere', async () => {
    const cluster = await connect(await test.writeKubeconfig('token', { token }));
    expect(await whoAmI(cluster)).toBe(mover);
    expect((await cluster.token())?.reveal()).toBe(token);
  });

  it('uses a client certificate, which has no token', async () => {
    const cluster = await connect(test.server.kubeconfigPath);
    expect(await whoAmI(cluster)).toBeDefined();
    expect(await cluster.token()).toBeUndefined();
  });

  it('acts for another when the kubeconfig says so', async () => {
    const file = await test.writeKubeconfig('as', {
      token: await adminToken(),
      as: 'someone',
      'as-groups': ['system:masters', 'x'],
    });
    expect(await whoAmI(await connect(file))).toBe('someone');
  });

  it('takes a token from a program, and hands it nothing but its environment', async () => {
    const script = path.join(test.scratch, 'plugin.mjs');
    await writeFile(
      script,
      'const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);' +
        "console.log(JSON.stringify({ kind: info.kind, apiVersion: info.apiVersion, status: { token: process.env['GIVEN'] } }));",
    );
    const env = [{ name: 'GIVEN', value: token }];
    const exec = { ...execEntry, args: [script], env };
    expect(await whoAmI(await connect(await test.writeKubeconfig('exec', { exec })))).toBe(mover);
  });

  it.each([
    { fault: 'is missing', command: '/nowhere/at-all', args: [], message: /ENOENT/ },
    { fault: 'fails', args: ['-e', 'console.error("canary-told"); process.exit(3)'], message: /it failed \(3\)/ },
    { fault: 'fails silently', args: ['-e', 'process.exit(3)'], message: /it failed \(3\)/ },
    { fault: 'prints nonsense', args: ['-e', 'console.log("canary-printed: [")'], message: /it printed no JSON/ },
    { fault: 'gives no token', args: ['-e', 'console.log("{}")'], message: /it printed no ExecCredential/ },
  ])('says what is wrong with a program for tokens that $fault', async ({ command, args, message }) => {
    const exec = { ...execEntry, command: command ?? process.execPath, args };
    const cluster = await connect(await test.writeKubeconfig('exec-broken', { exec }));
    await expect(cluster.request({ path: '/version' })).rejects.toThrow(message);
    await expect(cluster.request({ path: '/version' })).rejects.not.toThrow(/canary/);
  });

  it('is made with the service account of a pod', async () => {
    const folder = path.join(test.scratch, 'serviceaccount');
    await mkdir(folder);
    await writeFile(path.join(folder, 'token'), `${token}\n`);
    await writeFile(path.join(folder, 'ca.crt'), test.ca);
    await writeFile(path.join(folder, 'namespace'), 'shop\n');
    const { hostname, port } = new URL(test.server.url);
    const environment = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const home = await connectOwnCluster({ environment, log: silentLog, serviceAccountFolder: folder });
    open.push(home.cluster);
    expect([home.namespace, home.cluster.contextName, await whoAmI(home.cluster)]).toEqual([
      'shop',
      'in-cluster',
      mover,
    ]);
    const other = connectCluster({
      kubeconfig: undefined,
      context: 'source',
      environment,
      log: silentLog,
      serviceAccountFolder: folder,
    });
    await expect(other).rejects.toThrow(/no context "source"; it has "in-cluster"/);
  });

  it('finds its kubeconfig where kubectl would', async () => {
    const first = await test.writeKubeconfig('first', { token });
    const missing = path.join(test.scratch, 'missing');
    expect(await whoAmI(await connect(undefined, { KUBECONFIG: `${missing}:${first}` }))).toBe(mover);
    await expect(connect(undefined, { KUBECONFIG: `${missing}:${missing}2` })).rejects.toThrow(/no such files/);
    await expect(connect(undefined, { HOME: path.join(test.scratch, 'nobody') })).rejects.toThrow(
      /nobody\/\.kube\/config/,
    );
    expect(await whoAmI(await connect(path.dirname(first)))).toBe(mover);
  });

  it('needs a way to log in that is known', async () => {
    const file = await test.writeKubeconfig('legacy', { 'auth-provider': { name: 'gcp' } });
    await expect(connect(file)).rejects.toThrow(/auth provider "gcp" is not supported/);
    const lost = await test.writeKubeconfig('lost', {
      'client-certificate': 'nowhere.crt',
      'client-key': 'nowhere.key',
    });
    await expect(connect(lost)).rejects.toThrow(/nowhere\.crt, which the kubeconfig names/);
  });

  it('sends a user name and password as they are', async () => {
    fake = await startFakeApi({ kinds: [] });
    const file = await test.writeKubeconfig('basic', { username: 'u', password: 'p' }, { server: fake.url });
    await (await connect(file)).request({ path: '/version' });
    expect(fake.requests[0]?.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  it('does not repeat a request that may have been carried out', async () => {
    fake = await startFakeApi({ kinds: [], decide: () => ({ kind: 'reset' }) });
    const cluster = await connect(await fake.writeKubeconfig(path.join(test.scratch, 'fake')));
    await expect(cluster.request({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(/POST \/x/);
    expect(fake.requests).toHaveLength(1);
  });

  it('reaches no other object by a name of dots', async () => {
    fake = await startFakeApi({ kinds: [] });
    const cluster = await connect(await fake.writeKubeconfig(path.join(test.scratch, 'fake')));
    await expect(cluster.request({ method: 'DELETE', path: '/api/v1/namespaces/shop/secrets/..' })).rejects.toThrow(
      /name of dots/,
    );
    expect(fake.requests).toEqual([]);
  });
});

async function adminToken(): Promise<string> {
  const admin = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  await test.create(admin, {
    metadata: { name: 'mover-is-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'mover', namespace: 'shop' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  });
  return token;
}
