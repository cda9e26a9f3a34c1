import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseExportIndex } from '../../../src/domain/export/export-index.ts';
import { valueAt } from '../../../src/domain/core/json-object.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { runTaskCommand } from '../../builders/command.ts';
import { runExport, type ExportRun } from '../../builders/export-run.ts';
import { aDefinition } from '../../builders/definition.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let test: TestCluster;
let folders = 0;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
const web = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };

const definition = aDefinition({ group: 'example.com', kind: 'Gadget', plural: 'gadgets', scope: 'Namespaced' });

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  await test.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  await waitFor({
    what: 'kind Gadget',
    seconds: 30,
    check: async () =>
      test
        .create('/apis/example.com/v1/namespaces/shop/gadgets', {
          apiVersion: 'example.com/v1',
          kind: 'Gadget',
          metadata: { name: 'one' },
        })
        .then(
          () => undefined,
          () => 'not served yet',
        ),
  });
  for (const name of ['reporter', 'watcher', 'stranger'])
    await test.create(`${rbac}/clusterroles`, { metadata: { name }, rules: [] });
  await test.create(`${rbac}/namespaces/shop/rolebindings`, {
    metadata: { name: 'reports' },
    roleRef: roleRef('reporter'),
    subjects: [web],
  });
  await test.create(`${rbac}/namespaces/shop/rolebindings`, {
    metadata: { name: 'viewers' },
    roleRef: roleRef('view'),
    subjects: [web],
  });
  for (const [name, role, subject] of [
    ['watches', 'watcher', web],
    [
      'rules',
      'cluster-admin',
      { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccount:shop:boss' },
    ],
    ['foreign', 'stranger', { ...web, namespace: 'other' }],
    ['system:shop', 'stranger', web],
  ] as const)
    await test.create(`${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: roleRef(role),
      subjects: [subject],
    });
  await test.create('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'fast' },
    provisioner: 'example.com/x',
  });
  await test.create('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: 'urgent' }, value: 7 });
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  for (const [name, storageClassName] of [
    ['data', 'fast'],
    ['lost', 'gone'],
  ] as const)
    await test.create('/api/v1/namespaces/shop/persistentvolumeclaims', {
      metadata: { name },
      spec: { ...spec, storageClassName },
    });
  const pod = { priorityClassName: 'urgent', containers: [{ name: 'c', image: 'i' }] };
  await test.create('/apis/apps/v1/namespaces/shop/deployments', {
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pod },
    },
  });
});

afterAll(async () => {
  await test.stop();
});

function exportShop(flags: Readonly<Record<string, string>>): Promise<ExportRun> {
  folders += 1;
  const folder = path.join(test.scratch, `related-${String(folders)}`);
  const where = { kubeconfig: test.server.kubeconfigPath, context: 'local', namespace: 'shop' };
  return runExport({ ...where, 'export-dir': path.join(folder, 'export'), ...flags });
}

function relatedFiles(files: readonly string[]): readonly string[] {
  return files.filter((file) => file.includes('/_cluster/')).map((file) => path.basename(file));
}

const wanted = [
  'ClusterRoleBinding_rbac.authorization.k8s.io_v1_clusterscoped_rules.yaml',
  'ClusterRoleBinding_rbac.authorization.k8s.io_v1_clusterscoped_watches.yaml',
  'ClusterRole_rbac.authorization.k8s.io_v1_clusterscoped_reporter.yaml',
  'ClusterRole_rbac.authorization.k8s.io_v1_clusterscoped_watcher.yaml',
  'CustomResourceDefinition_apiextensions.k8s.io_v1_clusterscoped_gadgets.example.com.yaml',
  'PriorityClass_scheduling.k8s.io_v1_clusterscoped_urgent.yaml',
  'StorageClass_storage.k8s.io_v1_clusterscoped_fast.yaml',
];

describe('cluster-scoped objects in an export', () => {
  it('are not exported by default', async () => {
    expect(relatedFiles(await (await exportShop({})).files())).toEqual([]);
  });

  it('are those that the namespace needs, in the index too, and none of the platform', async () => {
    const run = await exportShop({ 'cluster-resources': 'related' });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(relatedFiles(await run.files())).toEqual(wanted);
    const index = parseExportIndex(await readFile(path.join(run.folder, 'index.json'), 'utf8'));
    expect(relatedFiles(index.files.map((file) => file.path))).toEqual(wanted);
    expect(run.item('rbac.authorization.k8s.io/v1 ClusterRoleBinding rules')).toMatchObject({
      reason: 'exported-cluster-rights',
      message: 'gives accounts of the namespace the rights of cluster-admin in the whole cluster',
    });
    expect(run.item('storage.k8s.io/v1 StorageClass gone')).toMatchObject({ outcome: 'skipped', reason: 'not-found' });
    const again = await runExport({
      ...{ kubeconfig: test.server.kubeconfigPath, context: 'local', namespace: 'shop' },
      ...{ 'export-dir': run.folder, 'cluster-resources': 'related' },
    });
    expect(await again.contents()).toEqual(await run.contents());
  });

  it('are found by what is exported, not by the label selector', async () => {
    const run = await exportShop({ 'cluster-resources': 'related', 'label-selector': 'app=web' });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(relatedFiles(await run.files())).toEqual(expect.arrayContaining(wanted.slice(0, 2)));
  });

  it('fail the run when they are alone: an export without objects of the namespace ends with 3', async () => {
    for (const choice of [{ 'label-selector': 'app=none' }, { 'include-resources': 'cronjobs.batch' }]) {
      const run = await exportShop({ 'cluster-resources': 'related', ...choice });
      expect([run.exitCode, run.results['status']], run.stderr).toEqual([3, 'nothing-found']);
      expect(run.stderr).toContain(Object.keys(choice)[0]);
      expect(await run.files()).toEqual([]);
    }
  });

  it('reach the manifests', async () => {
    const run = await exportShop({ 'cluster-resources': 'related' });
    const folder = path.dirname(run.folder);
    for (const task of ['crane-transform', 'crane-apply']) {
      const end = await runTaskCommand([task], { cwd: folder });
      expect(end.exitCode, end.stderr).toBe(0);
    }
    const file = path.join(folder, 'output/resources/shop/_cluster', wanted[3] ?? '');
    expect(await readFile(file, 'utf8')).toContain('name: watcher');
  });

  it('are missed by name where the account may not read them, unless they may be missing', async () => {
    const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }];
    const kubeconfig = await test.writeKubeconfig('narrow', {
      token: await test.makeAccount('shop', 'narrow', everything),
    });
    const flags = { kubeconfig, context: 'source', 'cluster-resources': 'related' };
    const run = await exportShop(flags);
    expect(run.exitCode).toBe(4);
    for (const id of [
      'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
      'rbac.authorization.k8s.io/v1 ClusterRole reporter',
      'apiextensions.k8s.io/v1 CustomResourceDefinition gadgets.example.com',
      'storage.k8s.io/v1 StorageClass fast',
      'scheduling.k8s.io/v1 PriorityClass urgent',
    ])
      expect(run.item(id), id).toMatchObject({ outcome: 'failed', reason: 'forbidden' });
    const gaps = ['*.rbac.authorization.k8s.io', '*.storage.k8s.io', '*.scheduling.k8s.io', '*.apiextensions.k8s.io'];
    const allowed = await exportShop({ ...flags, 'allow-forbidden': gaps.join(',') });
    expect(allowed.exitCode, allowed.stderr).toBe(0);
    expect(valueAt(allowed.item('storage.k8s.io/v1 StorageClass fast'), 'reason')).toBe('forbidden-allowed');
  });
});
