import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { createConsoleGroup, endRun, groupRuns as tekton, serveClusterTasks } from '../../builders/console-group.ts';
import { serveTektonKinds } from '../../builders/tekton-kinds.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { startWizardProcess, type WizardAnswer, type WizardProcess } from '../../builders/wizard.ts';

const api = '/api/v1';
let cluster: TestCluster;
let wizard: WizardProcess;

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'diary-wizard' } });
  await serveTektonKinds(cluster);
  await createConsoleGroup(cluster);
  wizard = await startWizardProcess(['--namespace=diary-wizard', `--kubeconfig=${cluster.server.kubeconfigPath}`]);
  expect((await ask('POST', '/session', { secret: wizard.secret })).status).toBe(200);
});

afterAll(async () => {
  await wizard.stop();
  await cluster.stop();
});

function ask(method: string, path: string, body?: unknown): Promise<WizardAnswer> {
  return wizard.ask({ method, path: `${api}${path}`, ...(body === undefined ? {} : { body }) });
}

/** Starts an action by one click, whose request may be sent twice. */
function click(action: string): Promise<WizardAnswer> {
  const headers = { 'idempotency-key': `one click for ${action}` };
  return wizard.ask({ method: 'POST', path: `${api}/migrations/diary-group/runs`, body: { action }, headers });
}

function reasonOf(json: unknown, action: string): unknown {
  const found = arrayAt(json, 'actions').find((each) => stringAt(each, 'action') === action);
  return valueAt(found, 'isAllowed') === true ? 'allowed' : valueAt(found, 'reason');
}

function runsOf(json: unknown): readonly unknown[] {
  return arrayAt(json, 'runs').map((run) => [stringAt(run, 'action'), stringAt(run, 'phase')]);
}

describe('a group of the wizard of the OpenShift console', () => {
  it('is listed beside migrations, and can only be carried over without ClusterTasks', async () => {
    const listed = await ask('GET', '/migrations');
    expect(listed.status, listed.text).toBe(200);
    expect(arrayAt(listed.json, 'migrations')).toHaveLength(1);
    expect(listed.json).toMatchObject({
      migrations: [{ name: 'diary-group', origin: 'forerunner', sourceNamespace: 'diary', claims: 2 }],
    });
    const shown = await ask('GET', '/migrations/diary-group');
    expect(shown.json).toMatchObject({
      origin: 'forerunner',
      runs: [],
      secrets: { source: 'source-cluster', destination: 'destination-cluster' },
      carryOver: {
        name: 'diary-group-2',
        source: { namespace: 'diary' },
        claims: { settings: [{ name: 'pages' }, {}] },
      },
    });
    expect(reasonOf(shown.json, 'stage')).toBe('no-cluster-tasks');
    const refused = await ask('POST', '/migrations/diary-group/runs', { action: 'stage' });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([409, 'state-refused']);
    expect((await ask('GET', '/migrations/no-group')).status).toBe(404);
  });

  it('is started: the run that waits, then copies of it', async () => {
    await serveClusterTasks(cluster);
    const stageAllowed = async () => reasonOf((await ask('GET', '/migrations/diary-group')).json, 'stage');
    await expect.poll(stageAllowed, { timeout: 30_000 }).toBe('allowed');

    const first = await click('stage');
    expect(first.status, first.text).toBe(201);
    const run = stringAt(first.json, 'run') ?? '';
    const released = await cluster.cluster.request({ path: `${tekton}/pipelineruns/${run}` });
    expect(valueAt(released, 'spec', 'status')).toBeUndefined();
    const again = await click('stage');
    expect([again.status, stringAt(again.json, 'run')]).toEqual([200, run]);
    const other = await ask('POST', '/migrations/diary-group/runs', { action: 'cutover' });
    expect([other.status, stringAt(other.json, 'code')]).toEqual([409, 'state-refused']);
    expect((await ask('DELETE', '/migrations/diary-group')).status).toBe(409);

    await endRun(cluster, run, 'Unknown');
    expect((await ask('GET', `/runs/${run}`)).json).toMatchObject({ migration: 'diary-group', phase: 'running' });
    await endRun(cluster, run, 'True');
    const second = await ask('POST', '/migrations/diary-group/runs', { action: 'stage' });
    expect(second.status, second.text).toBe(201);
    const copy = await cluster.cluster.request({
      path: `${tekton}/pipelineruns/${stringAt(second.json, 'run') ?? ''}`,
    });
    expect(valueAt(copy, 'spec', 'pipelineRef', 'name')).toBe('diary-group-stage');
    expect(stringAt(arrayAt(copy, 'metadata', 'ownerReferences')[0], 'name')).toBe('diary-group-cutover');
    expect(runsOf((await ask('GET', '/migrations/diary-group')).json)).toEqual([
      ['stage', 'pending'],
      ['stage', 'succeeded'],
    ]);
    await endRun(cluster, stringAt(second.json, 'run') ?? '', 'True');
  });

  it('is removed with the Pipeline that owns it', async () => {
    expect((await ask('DELETE', '/migrations/diary-group')).status).toBe(204);
    const left = await cluster.cluster.request({ path: `${tekton}/pipelines` });
    expect(arrayAt(left, 'items').map((each) => stringAt(each, 'metadata', 'name'))).toEqual(['diary-group-stage']);
    expect(valueAt((await ask('GET', '/migrations')).json, 'migrations')).toEqual([]);
  });
});
