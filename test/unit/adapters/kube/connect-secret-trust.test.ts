import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { connectCluster, readClusterSecret, connectWithSecret } from '../../../../src/adapters/kube/connect.ts';
import { execEntryFor } from '../../../../src/domain/kubeconfig/cluster-secret.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { startPodScene, podToken, type PodScene, type TlsApi } from '../../../fakes/pod-scene.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const place = { namespace: 'runs', name: 'source' };
const token = 'canary-token-of-the-source';
const exec = { ...execEntryFor(place), interactiveMode: 'Never' };
let scene: PodScene;
let warnings: string[];
let files = 0;
const opened: Cluster[] = [];

beforeAll(async () => {
  scene = await startPodScene();
});
beforeEach(() => {
  warnings = [];
  scene.secrets['source'] = { url: scene.source.url, token, 'ca.crt': scene.source.ca };
  for (const { seen } of [scene.own, scene.source, scene.stranger]) seen.length = 0;
});
afterEach(() => Promise.all(opened.splice(0).map((cluster) => cluster.close())));
afterAll(() => scene.stop());

const log = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => warnings.push(message),
  progress: () => undefined,
  item: () => undefined,
};

/** Writes a kubeconfig on the shared volume, as a user who can write to the volume may. */
async function kubeconfigWith(cluster: object, user: object): Promise<string> {
  files += 1;
  const folder = path.join(scene.folder, `volume-${String(files)}`);
  await mkdir(folder);
  const config = {
    'current-context': 'source',
    contexts: [{ name: 'source', context: { cluster: 'source', user: 'source' } }],
    clusters: [{ name: 'source', cluster }],
    users: [{ name: 'source', user }],
  };
  await writeFile(path.join(folder, 'kubeconfig'), JSON.stringify(config));
  return folder;
}

interface Place {
  readonly environment?: Readonly<Record<string, string>>;
  readonly kubeconfigDigest?: string;
}

async function ask(kubeconfig: string, { environment = scene.environment, ...rest }: Place = {}): Promise<unknown> {
  const common = { log, environment, serviceAccountFolder: scene.account };
  const cluster = await connectCluster({ ...common, ...rest, kubeconfig, context: 'source' });
  opened.push(cluster);
  return cluster.request({ path: '/version' });
}

function caData({ ca }: TlsApi): string {
  return Buffer.from(ca).toString('base64');
}

function tokensAt({ seen }: TlsApi): readonly string[] {
  return seen.map(({ authorization }) => authorization);
}

describe('a context whose token is in a Secret', () => {
  it('reaches the server of the Secret', async () => {
    const cluster = { server: `${scene.source.url}/`, 'certificate-authority-data': caData(scene.source) };
    await ask(await kubeconfigWith(cluster, { exec }));
    expect(tokensAt(scene.source)).toEqual([`Bearer ${token}`]);
    expect(warnings).toEqual([]);
  });

  it('is refused when the kubeconfig names another server', async () => {
    const cluster = { server: scene.stranger.url, 'certificate-authority-data': caData(scene.stranger) };
    const asking = ask(await kubeconfigWith(cluster, { exec }));
    await expect(asking).rejects.toMatchObject({ code: 'kubeconfig-refused' });
    expect(tokensAt(scene.stranger)).toEqual([]);
  });

  it('is refused for any other Secret of the namespace, and gives its token to no server', async () => {
    scene.secrets['other'] = { url: scene.own.url, token: 'canary-token-of-another' };
    const cluster = { server: scene.stranger.url, 'certificate-authority-data': caData(scene.stranger) };
    const user = { exec: execEntryFor({ ...place, name: 'other' }) };
    await expect(ask(await kubeconfigWith(cluster, user))).rejects.toMatchObject({ code: 'kubeconfig-refused' });
    expect(tokensAt(scene.stranger)).toEqual([]);
  });

  it.each<[string, () => object]>([
    ['certificate-authority', () => ({ 'certificate-authority-data': caData(scene.stranger) })],
    ['insecure-skip-tls-verify', () => ({ 'insecure-skip-tls-verify': true })],
  ])('trusts nothing that only the kubeconfig trusts: %s', async (field, widened) => {
    // A server in the middle: the name of the source leads to it.
    const url = scene.stranger.url.replace('127.0.0.1', 'localhost');
    scene.secrets['source'] = { url, token };
    const asking = ask(await kubeconfigWith({ server: url, ...widened() }, { exec }));
    await expect(asking).rejects.toMatchObject({ code: 'tls-untrusted' });
    expect(tokensAt(scene.stranger)).toEqual([]);
    expect(warnings.join()).toContain(field);
  });

  it('is refused when the server answers another Secret', async () => {
    scene.secrets['source'] = { ...scene.secrets['source'], answeredName: 'other' };
    const common = { log, environment: scene.environment, serviceAccountFolder: scene.account };
    await expect(readClusterSecret(place, common)).rejects.toMatchObject({ code: 'unexpected-object' });
    expect(scene.source.seen).toEqual([]);
  });

  it('takes no proxy and no server name from the kubeconfig', async () => {
    const cluster = { server: scene.source.url, 'proxy-url': scene.proxy, 'tls-server-name': 'kubernetes.default.svc' };
    await ask(await kubeconfigWith(cluster, { exec }));
    expect(tokensAt(scene.source)).toEqual([`Bearer ${token}`]);
    expect(warnings.join()).toMatch(/proxy-url, tls-server-name/);
  });

  it('follows the Secret in all of these', async () => {
    const url = 'https://elsewhere.example';
    scene.secrets['source'] = { url, token, 'proxy-url': scene.proxy, 'insecure-skip-tls-verify': 'true' };
    await ask(await kubeconfigWith({ server: url }, { exec }));
    const verified = { 'ca.crt': scene.own.ca, 'tls-server-name': 'kubernetes.default.svc' };
    scene.secrets['source'] = { url, token, 'proxy-url': scene.proxy, ...verified };
    await ask(await kubeconfigWith({ server: url }, { exec }));
    expect(tokensAt(scene.own).filter((each) => each === `Bearer ${token}`)).toHaveLength(2);
  });

  it('does not follow a Secret that gets another url during a run', async () => {
    const kubeconfig = await kubeconfigWith({ server: scene.source.url }, { exec });
    const own = { log, environment: scene.environment, serviceAccountFolder: scene.account };
    const cluster = await connectCluster({ ...own, kubeconfig, context: 'source' });
    opened.push(cluster);
    const request = { path: '/version' };
    await cluster.request(request);
    scene.source.refused.add(token);
    scene.secrets['source'] = { url: scene.stranger.url, token: 'canary-token-of-the-stranger' };
    await expect(cluster.request(request)).rejects.toMatchObject({ code: 'kubeconfig-refused' });
    scene.source.refused.clear();
    expect([...new Set(tokensAt(scene.source))]).toEqual([`Bearer ${token}`]);
    expect(tokensAt(scene.stranger)).toEqual([]);
  });
});

describe('a Secret without ca.crt', () => {
  it.each([
    'https://kubernetes.default.svc',
    'https://kubernetes.default.svc.cluster.local',
    'KUBERNETES_SERVICE_HOST',
  ])('trusts the authority of the pod for %s', async (address) => {
    const isName = address.startsWith('https:');
    const url = isName ? address : scene.own.url;
    scene.secrets['host'] = { url, token: 'canary-token-of-the-host' };
    const environment = { ...scene.environment, ...(isName ? { HTTPS_PROXY: scene.proxy } : {}) };
    const options = { log, environment, serviceAccountFolder: scene.account };
    const secret = await readClusterSecret({ ...place, name: 'host' }, options);
    const cluster = connectWithSecret(secret, { ...options, name: 'destination' });
    opened.push(await cluster);
    await (await cluster).request({ path: '/version' });
    const user = { exec: execEntryFor({ ...place, name: 'host' }) };
    await ask(await kubeconfigWith({ server: url }, user), { environment });
    expect(tokensAt(scene.own).filter((each) => each === 'Bearer canary-token-of-the-host')).toHaveLength(2);
  });

  it("does not trust the pod's authority for another server", async () => {
    const url = scene.source.url.replace('127.0.0.1', 'localhost');
    scene.secrets['source'] = { url, token };
    const asking = ask(await kubeconfigWith({ server: url }, { exec }));
    await expect(asking).rejects.toMatchObject({ code: 'tls-untrusted' });
    expect(tokensAt(scene.source)).toEqual([]);
  });
});

describe('a kubeconfig in a pod', () => {
  const program = {
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'Never',
    command: process.execPath,
  };
  const answer = { kind: 'ExecCredential', apiVersion: program.apiVersion, status: { token: 'from-plugin' } };
  const printsToken = { ...program, args: ['-e', `console.log('${JSON.stringify(answer)}')`] };

  it.each([
    ['another exec entry', { exec: printsToken }],
    ['an exec entry without a Secret', { exec: { ...exec, args: ['cluster-credential'] } }],
    ['an auth provider', { 'auth-provider': { name: 'gcp' } }],
  ])('is refused with %s', async (_what, user) => {
    const cluster = { server: scene.source.url, 'certificate-authority-data': caData(scene.source) };
    const asking = ask(await kubeconfigWith(cluster, user));
    await expect(asking).rejects.toMatchObject({ code: 'kubeconfig-refused' });
    expect(scene.source.seen).toEqual([]);
  });

  it('runs exec plugins outside a pod', async () => {
    const cluster = { server: scene.source.url, 'certificate-authority-data': caData(scene.source) };
    await ask(await kubeconfigWith(cluster, { exec: printsToken }), {
      environment: { PATH: process.env['PATH'] ?? '' },
    });
    expect(tokensAt(scene.source)).toEqual(['Bearer from-plugin']);
  });

  it('has its token embedded, or in a file beside it', async () => {
    const cluster = { server: scene.source.url, 'certificate-authority-data': caData(scene.source) };
    await ask(await kubeconfigWith(cluster, { token }));
    const folder = await kubeconfigWith(cluster, { tokenFile: 'token' });
    await mkdir(path.join(folder, '..data'));
    await writeFile(path.join(folder, '..data/token'), 'beside');
    await symlink('..data/token', path.join(folder, 'token'));
    await ask(folder);
    expect(tokensAt(scene.source)).toEqual([`Bearer ${token}`, 'Bearer beside']);
  });

  it.each(['directly', 'by a link'])('sends no file of the pod to the server that it names, %s', async (how) => {
    const cluster = { server: scene.stranger.url, 'certificate-authority-data': caData(scene.stranger) };
    const target = path.join(scene.account, 'token');
    const folder = await kubeconfigWith(cluster, { tokenFile: how === 'directly' ? target : 'link' });
    await symlink(target, path.join(folder, 'link'));
    await expect(ask(folder)).rejects.toMatchObject({ code: 'kubeconfig-refused' });
    expect(tokensAt(scene.stranger)).not.toContain(`Bearer ${podToken}`);
    expect(scene.stranger.seen).toEqual([]);
  });
});
