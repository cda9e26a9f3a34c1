import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import type { Cluster } from '../../../src/domain/kube/cluster.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const stale = 'a-token-that-is-not-accepted';
const asked = { path: '/api/v1/namespaces/shop/configmaps' };

let test: TestCluster;
let token: string;
const open: Cluster[] = [];

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  token = await test.makeAccount('shop', 'mover', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]);
});

afterEach(() => Promise.all(open.splice(0).map((cluster) => cluster.close())));
afterAll(() => test.stop());

async function connect(kubeconfig: string): Promise<Cluster> {
  const cluster = await connectCluster({ kubeconfig, context: undefined, environment: {}, log: silentLog });
  open.push(cluster);
  return cluster;
}

function listTenTimes(cluster: Cluster): Promise<unknown> {
  return Promise.all(Array.from({ length: 10 }, () => cluster.request(asked)));
}

describe('a token that is renewed while a connection is open', () => {
  it('is read again from its file when the old one is refused', async () => {
    const tokenFile = path.join(test.scratch, 'projected');
    await writeFile(tokenFile, stale);
    const cluster = await connect(await test.writeKubeconfig('projected-token', { tokenFile }));
    await expect(cluster.request(asked)).rejects.toThrow(/401/);
    await writeFile(tokenFile, `${token}\n`);
    await listTenTimes(cluster);
    expect((await cluster.token())?.reveal()).toBe(token);
  });

  it('is read again from the kubeconfig that it stands in', async () => {
    const file = await test.writeKubeconfig('renewed', { token: stale });
    const cluster = await connect(file);
    await expect(cluster.request(asked)).rejects.toThrow(/401/);
    await writeFile(file, (await readFile(file, 'utf8')).replace(stale, token));
    await listTenTimes(cluster);
  });

  it('is asked for once, however many requests are refused side by side', async () => {
    const [given, runs, script] = ['given', 'runs', 'plugin.mjs'].map((name) => path.join(test.scratch, name));
    await writeFile(
      script ?? '',
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(runs)}, 'x');
       const { kind, apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
       console.log(JSON.stringify({ kind, apiVersion, status: { token: readFileSync(${JSON.stringify(given)}, 'utf8') } }));`,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'Never',
      command: process.execPath,
      args: [script],
    };
    await writeFile(given ?? '', stale);
    const cluster = await connect(await test.writeKubeconfig('plugin', { exec }));
    await expect(cluster.request(asked)).rejects.toThrow(/401/);
    const before = (await readFile(runs ?? '', 'utf8')).length;
    await writeFile(given ?? '', token);
    await listTenTimes(cluster);
    expect((await readFile(runs ?? '', 'utf8')).length - before).toBe(1);
  });
});
