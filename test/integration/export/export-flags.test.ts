import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { valueAt } from '../../../src/domain/core/json-object.ts';
import { configMaps, numbered, useExportScene, kindOf } from '../../builders/export-scene.ts';
import { runExport } from '../../builders/export-run.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

describe('what a user asks of an export', () => {
  const scene = useExportScene();

  async function flagsFile(text: string): Promise<string> {
    const folder = path.join(scene.scratch, 'flags');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'crane.yaml'), text);
    return folder;
  }

  it('sends the label selector with each list', async () => {
    const run = await scene.exportFrom({}, { 'label-selector': 'app in (a,b)' });
    expect(run.exitCode).toBe(0);
    const lists = scene.requests().filter(({ path: asked }) => asked.startsWith('/api/v1/namespaces/shop/'));
    expect(lists.length).toBeGreaterThan(2);
    expect(lists.map(({ query }) => query.get('labelSelector'))).toEqual(lists.map(() => 'app in (a,b)'));
  });

  it('exports the chosen kinds only, and names the others', async () => {
    const run = await scene.exportFrom(
      {},
      { 'include-resources': '*', 'exclude-resources': 'secrets,lamps.example.com' },
    );
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '130', 'failure-count': '0' } });
    expect(run.item('v1 Secret')).toMatchObject({ outcome: 'skipped', reason: 'kind-left-out' });
    expect(run.item('kind lamps.example.com')).toMatchObject({ outcome: 'skipped', reason: 'not-found' });
    expect(scene.requests().filter(({ path: asked }) => asked.endsWith('/secrets'))).toEqual([]);
    const index: unknown = JSON.parse(await readFile(path.join(run.folder, 'index.json'), 'utf8'));
    expect(valueAt(index, 'leftOutKinds')).toEqual(['secrets']);
  });

  it('refuses a choice that is no list of kinds before it asks the cluster', async () => {
    const run = await scene.exportFrom({}, { 'include-resources': 'Secret' });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
  });

  it('refuses a choice that leaves no kind, and names the kinds that there are not', async () => {
    const run = await scene.exportFrom({}, { 'include-resources': 'lamps.example.com,routes' });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(run.stderr).toContain('lamps.example.com, routes');
    const none = await scene.exportFrom({}, { 'exclude-resources': '*' });
    expect(none).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
  });

  it('gives up a request that takes too long, and exports the rest', async () => {
    const slow = kindOf('secrets', 'Secret', { names: numbered('s', 2) });
    const run = await scene.exportFrom(
      {
        kinds: [configMaps, slow],
        decide: ({ path: asked }) => (asked.endsWith('/secrets') ? { kind: 'delay', milliseconds: 20_000 } : undefined),
      },
      { 'request-timeout': '2s' },
    );
    expect(run).toMatchObject({ exitCode: 4, results: { 'resource-count': '130' } });
    expect(run.item('v1 Secret')).toMatchObject({ outcome: 'failed', reason: 'timeout' });
    expect(scene.requests().filter(({ path: asked }) => asked.endsWith('/secrets'))).toHaveLength(1);
  });

  it('asks no faster than it may', async () => {
    const started = Date.now();
    const run = await scene.exportFrom({}, { qps: '4', burst: '1' });
    expect(run.exitCode).toBe(0);
    const spent = (scene.requests().at(-1)?.at ?? started) - (scene.requests()[0]?.at ?? started);
    expect(spent).toBeGreaterThan((scene.requests().length - 2) * 240);
  });

  it('reads a flags file, over which params win that say something', async () => {
    const text =
      'namespace: other\nlabel-selector: app=file\nqps: 50\nas-group: [a, b]\nno-such-flag: 1\ndebug: true\n';
    const craneconfig = await flagsFile(`${text}as: jane\n`);
    const run = await scene.exportFrom({}, { craneconfig });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stderr).toContain('crane.yaml: skipped no-such-flag: unknown to an export');
    const selectors = scene.requests().map(({ query }) => query.get('labelSelector'));
    expect(selectors).toContain('app=file');
    await scene.stopServer();
    await scene.exportFrom({}, { craneconfig, 'label-selector': 'app=param' });
    expect(scene.requests().map(({ query }) => query.get('labelSelector'))).not.toContain('app=file');
  });

  it.each([
    ['qps: many', /reading qps of crane.yaml: expected a number/],
    ['secrets: plain', /reading secrets: "plain" is none of seal, include, skip/],
    ['as-extras: a=b=c', /expected key=value, got "a=b=c"/],
    ['request-timeout: soon', /invalid duration "soon"/],
    ['- a list', /is not a map of flags/],
    [`as: "a\\r\\nx: y"`, /control characters/],
  ])('refuses a flags file with %s', async (text, message) => {
    const run = await scene.exportFrom({}, { craneconfig: await flagsFile(`${text}\n`) });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(await run.files()).toEqual([]);
  });

  it('refuses a workspace without a flags file', async () => {
    const run = await scene.exportFrom({}, { craneconfig: path.join(scene.scratch, 'nowhere') });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'invalid-file' } });
  });
});

describe('an export with a real API server', () => {
  let test: TestCluster;
  let token: string;

  beforeAll(async () => {
    test = await startTestCluster();
    await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
    await test.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'one' } });
    token = await test.makeAccount('shop', 'mover', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]);
    await test.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'acts-for-others' },
      rules: [{ apiGroups: ['', 'authentication.k8s.io'], resources: ['*'], verbs: ['impersonate'] }],
    });
    await test.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'mover-acts-for-others' },
      subjects: [{ kind: 'ServiceAccount', name: 'mover', namespace: 'shop' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'acts-for-others' },
    });
  });

  afterAll(() => test.stop());

  it('reads in the name of the user, with the groups, UID and extras that are asked for', async () => {
    const kubeconfig = await test.writeKubeconfig('impersonate', { token });
    const flags = { kubeconfig, context: 'source', namespace: 'shop', 'export-dir': path.join(test.scratch, 'as') };
    const refused = await runExport({ ...flags, as: 'jane' });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('User \\"jane\\" cannot'.replaceAll('\\', ''));
    const extras = { 'as-uid': '7', 'as-extras': 'example.com/team=a,b;scopes=view' };
    const master = await runExport({ ...flags, as: 'jane', 'as-group': 'system:masters', ...extras });
    expect(master.exitCode, master.stderr).toBe(0);
    expect(valueAt(master.results, 'resource-count')).not.toBe('0');
  });
});
