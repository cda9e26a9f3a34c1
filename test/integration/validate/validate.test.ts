import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { copyGolden, goldenPath, makeFolder } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';

let cluster: TestCluster;
let registry: Registry;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let administrator: string;
let limited: string;

const quota = { 'count/deployments.apps': '2', services: '9' };

beforeAll(async () => {
  cluster = await startTestCluster();
  administrator = cluster.server.kubeconfigPath;
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  await cluster.create('/api/v1/namespaces/shop/resourcequotas', { metadata: { name: 'q' }, spec: { hard: quota } });
  const limits = [{ type: 'PersistentVolumeClaim', max: { storage: '100Mi' } }];
  await cluster.create('/api/v1/namespaces/shop/limitranges', { metadata: { name: 'l' }, spec: { limits } });
  const token = await cluster.makeAccount('shop', 'mover', [
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list', 'create'] },
    { apiGroups: [''], resources: ['configmaps', 'services'], verbs: ['get', 'list', 'create', 'patch'] },
  ]);
  limited = await cluster.writeKubeconfig('limited', { token });
  registry = await startRegistry({ dir: join(cluster.scratch, 'registry') });
});

afterAll(async () => {
  await registry.stop();
  await cluster.stop();
});

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

async function validate(...args: readonly string[]) {
  const end = await runTaskHere(['crane-validate', ...args], { cwd: folder.path });
  const report = await readFile(join(folder.path, 'validate/reports/crane-validate.json'), 'utf8').catch(() => '{}');
  const items = arrayAt(JSON.parse(report), 'items');
  const itemOf = (id: string) => items.find((item) => stringAt(item, 'id') === id);
  return { ...end, items, itemOf };
}

/** Ids with the codes of all that failed. */
function gapsOf(items: readonly unknown[]): readonly string[] {
  return items
    .filter((item) => stringAt(item, 'outcome') === 'failed')
    .map((item) => `${stringAt(item, 'id') ?? ''}: ${stringAt(item, 'reason') ?? ''}`);
}

describe('an OpenShift export and a plain cluster', () => {
  beforeEach(() => copyGolden('modernize/openshift-shop/export', join(folder.path, 'export')));

  it('do not fit, and each gap says what to do', async () => {
    const where = [`--kubeconfig=${administrator}`, '--destination-namespace=shop'];
    const { exitCode, results, items, itemOf, ending } = await validate('--manifests-dir=export', ...where);
    expect(exitCode).toBe(4);
    expect(gapsOf(items)).toEqual([
      'kind apps.openshift.io/v1 DeploymentConfig: kind-not-served',
      'kind build.openshift.io/v1 BuildConfig: kind-not-served',
      'kind image.openshift.io/v1 ImageStream: kind-not-served',
      'kind image.openshift.io/v1 ImageStreamTag: kind-not-served',
      'kind route.openshift.io/v1 Route: kind-not-served',
      'kind template.openshift.io/v1 Template: kind-not-served',
    ]);
    expect(results).toMatchObject({ 'gap-count': '6', status: 'incomplete' });
    expect(itemOf('kind route.openshift.io/v1 Route')).toMatchObject({
      message: 'the destination is not OpenShift: transform with modernize',
      evidence: { objects: 5 },
    });
    expect(ending).toContain('6 gaps');
  });

  it('are distinguished again without the cluster', async () => {
    const online = await validate(`--kubeconfig=${administrator}`, '--destination-namespace=shop');
    expect(online.exitCode).toBe(0);
    await cp(join(folder.path, 'validate/surface.json'), join(folder.path, 'captured.json'));
    const where = ['--surface=captured.json', `--kubeconfig=${join(folder.path, 'none')}`];
    const { exitCode, items } = await validate('--manifests-dir=export', ...where);
    expect(exitCode).toBe(4);
    expect(gapsOf(items)).toHaveLength(6);
    expect(items).toContainEqual(expect.objectContaining({ id: 'rights at the destination', reason: 'unknown' }));
  });
});

describe('modernized manifests', () => {
  beforeEach(async () => {
    await cp(join(goldenPath('modernize/openshift-shop'), 'ingress'), join(folder.path, 'output'), { recursive: true });
  });

  it('are held against the quotas of the namespace', async () => {
    const where = [`--kubeconfig=${administrator}`, '--destination-namespace=shop'];
    const { items, itemOf } = await validate('--manifests-dir=output', ...where);
    expect(gapsOf(items)).toEqual(['quota q count/deployments.apps: quota-exceeded']);
    expect(itemOf('quota q count/deployments.apps')).toMatchObject({
      message: 'needs 4, 2 of 2 are free',
      evidence: { needed: 4, free: 2 },
    });
    expect(itemOf('quota q services')).toMatchObject({ outcome: 'done' });
    expect(itemOf('limit range l')).toMatchObject({ outcome: 'done' });
  });

  it('are held against the rights of the account, which are named', async () => {
    const both = [
      `--kubeconfig=${limited}`,
      '--destination-namespace=shop',
      '--source-context=source',
      '--steps=apply,export',
    ];
    const { exitCode, itemOf } = await validate('--manifests-dir=output', '--destination-context=source', ...both);
    expect(exitCode).toBe(4);
    expect(itemOf('rights at the destination: configmaps in shop')).toMatchObject({ outcome: 'done' });
    expect(itemOf('rights at the destination: deployments.apps in shop')).toMatchObject({
      outcome: 'failed',
      reason: 'forbidden',
      message:
        'the account may not patch: add apiGroups: ["apps"], resources: ["deployments"], verbs: [patch] to a Role in shop',
    });
    expect(itemOf('rights at the source: configmaps in shop')).toMatchObject({ outcome: 'done' });
    expect(itemOf('rights at the source: secrets in shop')).toMatchObject({ reason: 'forbidden' });
    expect(itemOf('quotas')).toMatchObject({ outcome: 'skipped', reason: 'unknown' });
  });
});

describe('registries', () => {
  const check = (...args: string[]) => validate(`--kubeconfig=${administrator}`, '--steps=images', ...args);

  it('that answer fit, their free space is unknown', async () => {
    const { exitCode, itemOf } = await check(
      `--destination-registry-public=${registry.host}`,
      '--destination-registry-tls-verify=false',
    );
    expect(exitCode).toBe(0);
    expect(itemOf('registry of the destination')).toMatchObject({ outcome: 'done', reason: 'reachable' });
    expect(itemOf(`free space of registry ${registry.host}`)).toMatchObject({ outcome: 'skipped', reason: 'unknown' });
  });

  it('that are not exposed or speak no TLS are gaps', async () => {
    const { exitCode, itemOf } = await check(
      '--source-registry-internal=registry.shop.svc:5000',
      `--destination-registry-public=${registry.host}`,
    );
    expect(exitCode).toBe(4);
    expect(itemOf('registry of the source')).toMatchObject({ outcome: 'failed', reason: 'not-exposed' });
    expect(itemOf('registry of the destination')).toMatchObject({ outcome: 'failed', reason: 'not-reachable' });
  });

  it('are hosts', async () => {
    expect((await check('--source-registry-public=https://registry.example.com/x')).exitCode).toBe(2);
  });
});

describe('wrong input', () => {
  it.each([
    [['--steps=all'], '--steps'],
    [['--surface=absent'], 'surface.json'],
    [['--surface=absent.json'], 'surface.json'],
    [['--manifests-dir=absent'], 'there are no manifests'],
    [['--source-context=source'], 'no namespace of it is given'],
    [['--destination-context=nowhere'], 'nowhere'],
  ])('is refused: %j', async (args, why) => {
    const { exitCode, ending } = await validate(`--kubeconfig=${administrator}`, ...args);
    expect(exitCode).toBe(2);
    expect(ending).toContain(why);
  });
});
