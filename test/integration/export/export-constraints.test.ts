import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { waitFor } from '../../../testbed/clusters/wait.ts';
import { runExport, type ExportRun } from '../../builders/export-run.ts';
import { aDefinition } from '../../builders/definition.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let test: TestCluster;
let folders = 0;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const constraints = '/apis/security.openshift.io/v1/securitycontextconstraints';
const use = (name: string) => [
  {
    apiGroups: ['security.openshift.io'],
    resources: ['securitycontextconstraints'],
    verbs: ['use'],
    resourceNames: [name],
  },
];
const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }];

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  await test.create(`${rbac}/namespaces/shop/roles`, { metadata: { name: 'runs' }, rules: use('of-role') });
  await test.create(`${rbac}/clusterroles`, { metadata: { name: 'shared' }, rules: use('of-cluster-role') });
  for (const name of ['shared', 'system:openshift:scc:made', 'system:openshift:scc:anyuid'])
    await test.create(`${rbac}/namespaces/shop/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
    });
});

afterAll(() => test.stop());

function exportShop(flags: Readonly<Record<string, string>> = {}): Promise<ExportRun> {
  folders += 1;
  const folder = path.join(test.scratch, `constraints-${String(folders)}`);
  const where = { kubeconfig: test.server.kubeconfigPath, context: 'local', namespace: 'shop' };
  return runExport({ ...where, 'export-dir': path.join(folder, 'export'), 'cluster-resources': 'related', ...flags });
}

async function constraintsOf(run: ExportRun): Promise<readonly string[]> {
  const files = (await run.files()).filter((file) => file.includes('/_cluster/SecurityContextConstraints_'));
  return files.map((file) => file.replace(/^.*_clusterscoped_(.*)\.yaml$/, '$1'));
}

it('a cluster without this kind has none, whatever the account may list', async () => {
  const run = await exportShop();
  expect(run.exitCode, run.stderr).toBe(0);
  expect(await constraintsOf(run)).toEqual([]);
});

it('SecurityContextConstraints of the accounts come along, and not those that OpenShift ships', async () => {
  const [group, kind, plural] = ['security.openshift.io', 'SecurityContextConstraints', 'securitycontextconstraints'];
  const definition = aDefinition({ group, kind, plural, scope: 'Cluster' });
  await test.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  const create = (name: string, more: object = {}) =>
    test.create(constraints, {
      apiVersion: 'security.openshift.io/v1',
      kind: 'SecurityContextConstraints',
      metadata: { name },
      ...more,
    });
  await waitFor({
    what: 'the kind',
    seconds: 30,
    check: () =>
      create('anyuid').then(
        () => undefined,
        () => 'not served yet',
      ),
  });
  for (const name of ['of-role', 'of-cluster-role', 'made', 'unused']) await create(name);
  await create('of-account', { users: ['system:serviceaccount:shop:web'] });
  await create('of-group', { groups: ['system:serviceaccounts:shop'] });
  await create('of-others', { users: ['system:serviceaccount:shop2:web'], groups: ['system:authenticated'] });
  await create('privileged', { users: ['system:serviceaccount:shop:web'] });
  const run = await exportShop();
  expect(run.exitCode, run.stderr).toBe(0);
  expect(await constraintsOf(run)).toEqual(['made', 'of-account', 'of-cluster-role', 'of-group', 'of-role']);

  const token = await test.makeAccount('shop', 'narrow', everything);
  const kubeconfig = await test.writeKubeconfig('narrow', { token });
  const narrow = await exportShop({ kubeconfig, context: 'source' });
  expect(narrow.exitCode).toBe(4);
  for (const id of ['SecurityContextConstraints', 'SecurityContextConstraints of-role'])
    expect(narrow.item(`security.openshift.io/v1 ${id}`), id).toMatchObject({ outcome: 'failed', reason: 'forbidden' });
});
