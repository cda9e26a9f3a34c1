import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { makeFolder } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let cluster: TestCluster;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let limited: string;

const annotation = (first: number) => ({
  'openshift.io/sa.scc.uid-range': `${String(first)}/10000`,
  'openshift.io/sa.scc.supplemental-groups': `${String(first)}/10000`,
});

beforeAll(async () => {
  cluster = await startTestCluster();
  const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
  await cluster.create('/api/v1/namespaces', {
    metadata: { name: 'shop', labels, annotations: annotation(1_000_660_000) },
  });
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'old', annotations: annotation(1_000_010_000) } });
  await cluster.create('/api/v1/nodes', { metadata: { name: 'n1', labels: { disk: 'ssd' } } });
  limited = await cluster.writeKubeconfig('limited', { token: await cluster.makeAccount('old', 'none', []) });
});

afterAll(() => cluster.stop());

beforeEach(async () => {
  folder = await makeFolder();
  await mkdir(join(folder.path, 'output'));
});

afterEach(() => folder.remove());

async function validate(spec: object, ...args: readonly string[]): Promise<readonly string[]> {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'a' }], ...spec } };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
  await writeFile(join(folder.path, 'output/web.json'), JSON.stringify(deployment));
  const where = ['--manifests-dir=output', '--destination-namespace=shop', ...args];
  await runTaskHere(['crane-validate', ...where], { cwd: folder.path });
  const report: unknown = JSON.parse(await readFile(join(folder.path, 'validate/reports/crane-validate.json'), 'utf8'));
  return arrayAt(report, 'items')
    .map((item) => `${stringAt(item, 'id') ?? ''}: ${stringAt(item, 'reason') ?? ''}`)
    .filter((line) => /^(?:Pod Security|nodes|users|range|security)/.test(line));
}

const administrator = () => `--kubeconfig=${cluster.server.kubeconfigPath}`;
const web = 'apps/v1 Deployment shop/web';

it.each([
  ['a plain pod', {}, [`Pod Security of ${web}: security-level-met`]],
  ['a pod in the network of its node', { hostNetwork: true }, [`Pod Security of ${web}: security-level-broken`]],
  [
    'a user of another range and a node that is absent',
    { securityContext: { runAsUser: 1_000_010_000 }, nodeSelector: { disk: 'tape' } },
    [`Pod Security of ${web}: security-level-met`, `users of ${web}: outside-range`, `nodes for ${web}: no-node`],
  ],
  [
    'a user of the range and a node that is there',
    { securityContext: { fsGroup: 1_000_660_000 }, nodeSelector: { disk: 'ssd' } },
    [`Pod Security of ${web}: security-level-met`, `users of ${web}: in-range`, `nodes for ${web}: node-found`],
  ],
])('%s is compared with the namespace and the nodes', async (_, spec, expected) => {
  expect(await validate(spec, administrator())).toEqual(expected);
});

it('an account that may read neither leaves open questions', async () => {
  expect(await validate({ nodeSelector: { disk: 'ssd' } }, `--kubeconfig=${limited}`)).toEqual([
    'security of the namespace: unknown',
    `nodes for ${web}: unknown`,
  ]);
});

it('the ranges of both sides are compared', async () => {
  const source = ['--source-context=local', '--source-namespace=old'];
  expect(await validate({}, administrator(), ...source)).toContain(
    'range of users of the namespace: uid-range-differs',
  );
});
