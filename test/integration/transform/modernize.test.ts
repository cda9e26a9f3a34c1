import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { copyGolden, goldenPath, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';
import { httpRouteDefinition } from '../../builders/gateway-api.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const golden = 'modernize/openshift-shop';
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  await copyGolden(`${golden}/export`, join(folder.path, 'export'));
});

afterEach(() => folder.remove());

async function render(modernize: string) {
  const [flags = '', pairs = ''] = await Promise.all(
    ['flags.json', 'registry-replacement.txt'].map((name) => readFile(join(goldenPath(golden), name), 'utf8')),
  );
  const args = [`--optional-flags=${flags}`, `--registry-replacement=${pairs}`, `--modernize=${modernize}`];
  const transformed = await runTaskCommand(['crane-transform', ...args], { cwd: folder.path });
  const applied = await runTaskCommand(['crane-apply'], { cwd: folder.path });
  return { transformed, applied };
}

async function reported(): Promise<string> {
  const text = await readFile(join(folder.path, 'transform/reports/crane-transform.json'), 'utf8');
  const lines = arrayAt(JSON.parse(text), 'items').map((item) => {
    const message = stringAt(item, 'message');
    return `${stringAt(item, 'outcome') ?? ''} ${stringAt(item, 'id') ?? ''}${message === undefined ? '' : `: ${message}`}`;
  });
  return `${lines.join('\n')}\n`;
}

describe.each(['ingress', 'gateway'])('an OpenShift application for plain Kubernetes, Routes as %s', (routes) => {
  it('becomes the known manifests, and the report says what could not come along', async () => {
    const { transformed, applied } = await render(routes);
    expect(transformed.results).toMatchObject({ 'resource-count': '23', 'whiteout-count': '10', status: 'succeeded' });
    expect(applied.results).toMatchObject({ 'written-count': '13', status: 'succeeded' });
    expect(await readTree(join(folder.path, 'output/resources'))).toEqual(
      await readTree(goldenPath(`${golden}/${routes}/resources`)),
    );
    expect(await reported()).toBe(await readFile(join(goldenPath(golden), routes, 'report.txt'), 'utf8'));
  });
});

describe('modernize', () => {
  it('is off by default', async () => {
    await render('');
    const kinds = Object.keys(await readTree(join(folder.path, 'output/resources'))).map((path) => path.split('_')[0]);
    expect(kinds).toContain('shop/BuildConfig');
    expect(await reported()).not.toContain('ModernizePlugin');
  });

  it('refuses a word that it does not know', async () => {
    const { transformed } = await render('istio');
    expect(transformed.exitCode).toBe(2);
    expect(transformed.ending).toContain('expected one of nothing, ingress, gateway');
  });
});

describe('a real API server without OpenShift', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startTestCluster();
    await cluster.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', await httpRouteDefinition());
    for (const name of ['ingress', 'gateway']) await cluster.create('/api/v1/namespaces', { metadata: { name } });
  });

  afterAll(() => cluster.stop());

  it.each(['ingress', 'gateway'])('takes every manifest, Routes as %s', async (routes) => {
    await render(routes);
    const where = ['--context=', `--kubeconfig=${cluster.server.kubeconfigPath}`, `--namespace=${routes}`];
    const { results, stderr } = await runTaskCommand(['kubectl-apply-files', ...where], { cwd: folder.path });
    expect(stderr).not.toContain('not declared in schema');
    expect(results).toMatchObject({ 'created-count': '13', 'failed-count': '0', status: 'succeeded' });
    const web = await cluster.cluster.request({ path: `/apis/apps/v1/namespaces/${routes}/deployments/web` });
    expect(valueAt(web, 'spec')).toMatchObject({
      replicas: 3,
      selector: { matchLabels: { app: 'web', deploymentconfig: 'web' } },
    });
    expect(stringAt(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toMatch(
      /^registry\.destination\.test\/store\/web@sha256:a+$/,
    );
  });
});
