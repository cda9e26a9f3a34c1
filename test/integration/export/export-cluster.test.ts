import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { parseExportIndex } from '../../../src/domain/export/export-index.ts';
import { valueAt } from '../../../src/domain/core/json-object.ts';
import { mapConcurrently } from '../../../src/usecases/map-concurrently.ts';
import { readContents, runExport, startExport, type ExportRun } from '../../builders/export-run.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let test: TestCluster;
let admin: string;
let folders = 0;

const manyMaps = 600;
const canary = 'canary-of-a-secret';

beforeAll(async () => {
  test = await startTestCluster();
  admin = test.server.kubeconfigPath;
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  const numbers = Array.from({ length: manyMaps }, (_, index) => index);
  await mapConcurrently(numbers, 16, (number) =>
    test.create('/api/v1/namespaces/shop/configmaps', {
      metadata: { name: `cm-${String(number)}`, labels: { on: 'yes' } },
      data: { port: '0755', text: 'one\ntwo\n', when: '2024-01-01', number: String(number) },
    }),
  );
  await test.create('/api/v1/namespaces/shop/secrets', { metadata: { name: 'key' }, stringData: { password: canary } });
  await test.create('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles', {
    metadata: { name: 'Reader:One' },
    rules: [],
  });
  await test.create('/api/v1/namespaces/shop/events', {
    metadata: { name: 'happened' },
    involvedObject: { kind: 'Pod', name: 'x', namespace: 'shop' },
  });
});

afterAll(async () => {
  await test.stop();
});

function freshFolder(): string {
  folders += 1;
  return path.join(test.scratch, `export-${String(folders)}`);
}

function exportShop(
  flags: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ExportRun> {
  return runExport(
    { kubeconfig: admin, context: 'local', namespace: 'shop', 'export-dir': freshFolder(), ...flags },
    env,
  );
}

async function stagedFiles(folder: string): Promise<number> {
  const found = await readdir(path.join(folder, 'failures/.tmp-staging/new/resources/shop')).catch(() => []);
  return found.length;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error('nothing staged within 20 s');
    await pause(2);
  }
}

describe('an export from a real API server', () => {
  it('holds every object whole, and an index that vouches for each file', async () => {
    const run = await exportShop();
    expect(run).toMatchObject({
      exitCode: 0,
      results: { 'resource-count': String(manyMaps + 2), 'failure-count': '0' },
    });
    const text = await readFile(path.join(run.folder, 'index.json'), 'utf8');
    expect(run.results['index-digest']).toBe(sha256Of(text));
    const index = parseExportIndex(text);
    expect(index.cluster.context).toBe('local');
    expect(index.cluster.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(index.files.map((file) => file.path)).toEqual(await run.files());
    const contents = await run.contents();
    for (const file of index.files) expect(sha256Of(contents[file.path] ?? '')).toBe(file.digest);
    const live = await test.cluster.request({ path: '/api/v1/namespaces/shop/configmaps/cm-7' });
    const [exported] = yamlCodec.parse(contents['resources/shop/ConfigMap__v1_shop_cm-7.yaml'] ?? '', 'cm-7');
    expect(exported).toEqual(live);
    expect(valueAt(exported, 'metadata', 'managedFields')).toBeDefined();
  });

  it('leaves events behind, and keeps files to their owner', async () => {
    const run = await exportShop();
    expect((await run.files()).filter((file) => file.includes('Event_'))).toEqual([]);
    const [file = ''] = await run.files();
    expect((await stat(path.join(run.folder, file))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(run.folder, 'resources/shop'))).mode & 0o777).toBe(0o700);
  });

  it('never writes the value of a Secret outside its own file, even one in clear text', async () => {
    const run = await exportShop({ debug: 'true', secrets: 'include' });
    const encoded = Buffer.from(canary).toString('base64');
    const told = [run.stdout, run.stderr, JSON.stringify(run.report), (await run.contents())['index.json']].join('\n');
    expect(told).not.toContain(canary);
    expect(told).not.toContain(encoded);
    expect((await run.contents())['resources/shop/Secret__v1_shop_key.yaml']).toContain(encoded);
  });

  it('names the forbidden kinds of an account, and exports what it may read', async () => {
    const token = await test.makeAccount('shop', 'reader', [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
    ]);
    const kubeconfig = await test.writeKubeconfig('reader', { token });
    const run = await exportShop({ kubeconfig, context: 'source' });
    expect(run).toMatchObject({ exitCode: 4, results: { status: 'incomplete', 'resource-count': String(manyMaps) } });
    expect(run.item('v1 Secret')).toMatchObject({ outcome: 'failed', reason: 'forbidden' });
    expect(run.item('v1 ConfigMap')).toMatchObject({ outcome: 'done' });
    const [failure] = yamlCodec.parse(
      await readFile(path.join(run.folder, 'failures/shop/secrets__v1.yaml'), 'utf8'),
      'f',
    );
    expect(failure).toMatchObject({
      APIResource: { kind: 'Secret', name: 'secrets', version: 'v1' },
      error: { ErrStatus: { reason: 'Forbidden', code: 403 } },
    });
    expect(run.stderr).not.toContain(token);
  });

  it('writes identical bytes on each run, also after runs that were killed', async () => {
    // In two folders, sealed values have other bytes.
    const whole = await exportShop({ secrets: 'include' });
    const expected = await whole.contents();
    const folder = freshFolder();
    const clear = { secrets: 'include', 'export-dir': folder };
    const flags = { kubeconfig: admin, context: 'local', namespace: 'shop', ...clear };
    for (const files of [1, 150, 300, 450]) {
      const running = startExport(flags);
      await until(async () => (await stagedFiles(folder)) >= files);
      running.kill('SIGKILL');
      await running;
      expect(await stagedFiles(folder)).toBeGreaterThan(0);
      expect(Object.keys(await readContents(folder))).not.toContain('index.json');
    }
    expect((await runExport(flags)).exitCode).toBe(0);
    expect(await readContents(folder)).toEqual(expected);
    expect((await runExport(flags)).exitCode).toBe(0);
    expect(await readContents(folder)).toEqual(expected);
  });

  it('says that the disk is full, and leaves the finished export alone', async () => {
    const disk = freshFolder();
    await mkdir(disk);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=900k', 'tmpfs', disk]);
    try {
      const small = await exportShop({ namespace: 'default', 'export-dir': disk });
      expect(small.exitCode).toBe(0);
      const before = (await readContents(disk))['index.json'];
      await rm(path.join(disk, 'index.json'));
      const run = await exportShop({ 'export-dir': disk });
      expect(run).toMatchObject({ exitCode: 4, results: { status: 'disk-full', 'index-digest': '' } });
      expect(run.stderr).toMatch(/writing .*\/resources\/shop\/.* \(\d+ bytes\).*Free space/);
      expect(Object.keys(await readContents(disk)).filter((file) => file !== 'index.json')).toEqual(
        parseExportIndex(before ?? '').files.map((file) => file.path),
      );
    } finally {
      await execa('umount', [disk]);
    }
  });
});

describe('an export that cannot begin', () => {
  it('lists the known contexts', async () => {
    const run = await exportShop({ context: 'nowhere' });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'unknown-context' } });
    expect(run.stderr).toContain('no context "nowhere"; it has "local"');
  });

  it('does not take the current context for a missing one', async () => {
    const run = await exportShop({ context: 'nowhere' });
    expect(await run.files()).toEqual([]);
  });

  it('names the namespace that does not exist', async () => {
    const run = await exportShop({ namespace: 'missing' });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'namespace-not-found' } });
    expect(run.stderr).toMatch(/namespace missing of context local .* does not exist/);
  });

  it.each([
    ['missing', undefined, /no such file/],
    ['broken', '{ "contexts": [', /as YAML/],
    ['something else', 'kind: [1]\ncontexts: 7\nclusters: {}\n', /reading kind of .*expected text/],
  ])('names the kubeconfig that is %s', async (name, text, message) => {
    const kubeconfig = path.join(test.scratch, `kubeconfig-${name}`);
    if (text !== undefined) await writeFile(kubeconfig, text);
    const run = await exportShop({ kubeconfig });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toContain(kubeconfig);
  });

  it('reads a kubeconfig from $KUBECONFIG when none is bound', async () => {
    const run = await exportShop({ kubeconfig: '', namespace: 'default' }, { KUBECONFIG: admin });
    expect(run.exitCode).toBe(0);
  });

  it('says that a token is no longer accepted', async () => {
    const kubeconfig = await test.writeKubeconfig('stale', { token: 'canary-stale-token' });
    const run = await exportShop({ kubeconfig, context: 'source' });
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'unauthorized' } });
    expect(run.stderr).toMatch(/401 Unauthorized.*renew/);
    expect(run.stderr).not.toContain('canary');
  });

  it('does not talk to a server of an unknown authority', async () => {
    const kubeconfig = await test.writeKubeconfig(
      'untrusted',
      { token: 'canary-token' },
      { 'certificate-authority-data': '' },
    );
    const run = await exportShop({ kubeconfig, context: 'source' });
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'tls-untrusted' } });
    const trusting = await exportShop({ kubeconfig, context: 'source', 'ca-bundle': test.server.caPath });
    expect(trusting.results['status']).toBe('unauthorized');
  });

  it('does not talk to a server of another name', async () => {
    const kubeconfig = await test.writeKubeconfig(
      'misnamed',
      { token: 'canary-token' },
      { 'tls-server-name': 'other.example.com' },
    );
    expect(await exportShop({ kubeconfig, context: 'source' })).toMatchObject({
      exitCode: 3,
      results: { status: 'tls-untrusted' },
    });
  });

  it('says that nothing answers at the address', async () => {
    const kubeconfig = await test.writeKubeconfig(
      'unreachable',
      { token: 'canary-token' },
      { server: 'https://127.0.0.1:1' },
    );
    const run = await exportShop({ kubeconfig, context: 'source' });
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'unreachable' } });
    expect(run.stderr).toContain('https://127.0.0.1:1');
  });

  it('does not send a token in clear text', async () => {
    const kubeconfig = await test.writeKubeconfig(
      'plain',
      { token: 'canary-token' },
      { server: 'http://10.0.0.1:8080' },
    );
    expect(await exportShop({ kubeconfig, context: 'source' })).toMatchObject({
      exitCode: 2,
      results: { status: 'kubeconfig-unreadable' },
    });
  });
});
