import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runExport, type ExportRun } from '../../builders/export-run.ts';
import { configMaps } from '../../builders/export-scene.ts';
import { ensureAuthority, ensureCertificate, type KeyPair } from '../../../testbed/clusters/certificates.ts';
import { startFakeApi, type FakeApi } from '../../fakes/api-server.ts';
import { startFaultProxy, type FaultProxy } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, pushImage } from '../../fakes/oci-images.ts';
import {
  kubeconfigText,
  makeWorkspace,
  planText,
  runSync,
  startSyncScene,
  type SyncScene,
} from '../../fakes/sync-scene.ts';

const canary = 'canary-token-of-a-cluster';
const certificates = ['expired', 'misnamed', 'stranger'] as const;
let scene: SyncScene;
let api: FakeApi;
let pairs: Readonly<Record<(typeof certificates)[number], KeyPair>>;
const proxies: FaultProxy[] = [];

beforeAll(async () => {
  scene = await startSyncScene();
  api = await startFakeApi({ kinds: [configMaps] });
  const authority = { certFile: scene.caFile, keyFile: join(scene.folder, 'ca.key') };
  const other = await ensureAuthority(scene.folder, 'other-ca');
  const names = ['IP:127.0.0.1'];
  const common = { commonName: 'server', names, authority };
  pairs = {
    expired: await ensureCertificate(scene.folder, 'expired', { ...common, expired: true }),
    misnamed: await ensureCertificate(scene.folder, 'misnamed', { ...common, names: ['DNS:other.example'] }),
    stranger: await ensureCertificate(scene.folder, 'stranger', { ...common, authority: other }),
  };
});

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await api.stop();
  await scene.stop();
});

/** A server on the way to another one, which could read everything if it were trusted. */
async function standBetween(target: string, tls: KeyPair): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target, tls });
  proxies.push(proxy);
  return proxy;
}

/** Exports from a server by TLS, with the authority of the scene trusted. */
async function exportFrom(host: string, name: string): Promise<ExportRun> {
  const kubeconfig = join(scene.folder, `kubeconfig-${name}`);
  const config = {
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    clusters: [{ name: 'fake', cluster: { server: `https://${host}`, 'certificate-authority': scene.caFile } }],
    users: [{ name: 'fake', user: { token: canary } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const exportDir = join(scene.folder, `export-${name}`);
  return runExport({ kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': exportDir, secrets: 'skip' });
}

describe.each(certificates)('a server whose certificate is %s', (certificate) => {
  it('gets nothing when it replaces a registry', async () => {
    const image = buildImage([buildLayer('own', Buffer.from(certificate))], certificate);
    await pushImage(scene.source.host, `${certificate}/web:1`, image);
    const source = await standBetween(scene.source.host, pairs[certificate]);
    const destination = await scene.front('destination');
    const entry = { source: `${certificate}/web`, destination: `moved/${certificate}`, image, tags: ['1'] };
    const workspace = await makeWorkspace(scene, {
      'plan.json': planText(source.host, destination.host, [entry]),
      kubeconfig: kubeconfigText({ source: { token: canary } }),
    });
    const login = [`--kubeconfig=${join(workspace, 'kubeconfig')}`, '--source-context=source'];
    const run = await runSync(workspace, [...login, `--ca-bundle=${scene.caFile}`]);
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    expect(source.requests).toEqual([]);
  });

  it('gets nothing when it replaces a cluster', async () => {
    const server = await standBetween(new URL(api.url).host, pairs[certificate]);
    const run = await exportFrom(server.host, certificate);
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    expect(server.requests).toEqual([]);
  });
});

describe('a server whose certificate is right', () => {
  it('is talked to in the same scene', async () => {
    const server = await standBetween(new URL(api.url).host, scene.pair);
    const run = await exportFrom(server.host, 'right');
    expect(run.exitCode).toBe(0);
    expect(server.requests.length).toBeGreaterThan(0);
  });
});
