import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { itemLog, printedLog, type SceneRun } from '../../builders/after-scene.ts';
import { startWizardScene, type WizardScene } from '../../builders/started-wizard.ts';

let all: WizardScene;

beforeAll(async () => {
  all = await startWizardScene(['moved']);
});

afterAll(() => all.stop());

async function actionsOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  const { json } = await all.ask('GET', `/migrations/${name}`);
  const actions = arrayAt(json, 'actions').map((each) => [stringAt(each, 'action') ?? '', valueAt(each, 'isAllowed')]);
  return Object.fromEntries(actions) as Readonly<Record<string, unknown>>;
}

function taskRun(name: string): Promise<unknown> {
  return all.cluster.cluster.request({ path: `/apis/tekton.dev/v1/namespaces/migrations/taskruns/${name}` });
}

const failedRun: SceneRun = {
  name: 'moved-cutover-1',
  migration: 'moved',
  action: 'cutover',
  condition: ['False', 'Failed', 'Tasks Completed: 9 (Failed: 1)'],
};
const done = { condition: ['True', 'Succeeded'] } as const;
const web = 'apps/v1 Deployment shop-new/web';

describe('after a cutover that failed past apply', () => {
  beforeAll(async () => {
    await all.scene.addRun(failedRun);
    const report = {
      schemaVersion: 1,
      task: 'crane-verify',
      status: 'incomplete',
      message: '1 different',
      remedy: 'Look.',
    };
    const items = [
      { id: 'a', outcome: 'done', reason: 'verified' },
      { id: 'b', outcome: 'failed', reason: 'different', message: 'm', evidence: { digest: 'sha256:1' } },
    ];
    const whole = { ...report, counts: { planned: 2, done: 1, skipped: 0, failed: 1 }, items };
    const { log, digest } = printedLog('verify/reports/crane-verify.json', whole);
    const applied = { ...done, results: { 'report-digest': 'sha256:abc' } };
    await all.scene.addTask(failedRun, { task: 'quiesce', taskRef: 'kubectl-scale-down', ...done });
    await all.scene.addTask(failedRun, { task: 'apply-to-cluster', taskRef: 'kubectl-apply-kustomize', ...applied });
    const results = { 'report-digest': digest, status: 'incomplete' };
    const condition = ['False', 'Failed', '"step" exited with code 4'] as const;
    await all.scene.addTask(failedRun, { task: 'verify', taskRef: 'crane-verify', condition, exitCode: 4, results });
    const inner = printedLog('transform/reports/crane-transform.json', { ...whole, task: 'crane-transform' });
    const evidence = { 'report-digest': inner.digest };
    const part = { id: 'transform (crane-transform)', outcome: 'failed', reason: 'incomplete', evidence };
    const joined = printedLog('reports/crane-manifests.json', { ...whole, task: 'crane-manifests', items: [part] });
    const manifests = { ...done, results: { 'report-digest': joined.digest } };
    await all.scene.addTask(failedRun, { task: 'manifests', taskRef: 'crane-manifests', ...manifests });
    const logs = [log, inner.log, joined.log].join('\n');
    await all.scene.addTask(failedRun, { task: 'summary', taskRef: 'crane-summary', ...done, log: logs });
  });

  it('shows the report of a task, why there is none, and reads one from the volume', async () => {
    const found = await all.ask('GET', '/runs/moved-cutover-1/reports/verify');
    expect(found.json).toMatchObject({
      state: 'found',
      report: {
        task: 'crane-verify',
        remedy: 'Look.',
        counts: { failed: 1 },
        items: [{ id: 'b', evidence: ['digest: sha256:1'] }, { id: 'a' }],
      },
    });
    const joined = await all.ask('GET', '/runs/moved-cutover-1/reports/manifests');
    expect(joined.json).toMatchObject({ report: { task: 'crane-manifests' }, parts: [{ task: 'crane-transform' }] });
    const stateOf = async (task: string) =>
      stringAt((await all.ask('GET', `/runs/moved-cutover-1/reports/${task}`)).json, 'state');
    expect(await stateOf('volumes')).toBe('none');
    expect(await stateOf('apply-to-cluster')).toBe('unread');
    const started = await all.ask('POST', '/runs/moved-cutover-1/reports', {});
    expect(started.status, started.text).toBe(202);
    const reader = stringAt(started.json, 'run') ?? '';
    expect(await stateOf('apply-to-cluster')).toBe('reading');
    const claim = arrayAt(await taskRun(reader), 'spec', 'workspaces')[0];
    expect(stringAt(claim, 'persistentVolumeClaim', 'claimName')).toBe('pvc-moved-cutover-1');
    await all.scene.endTask(reader, { ...done, log: '' });
    expect(await stateOf('apply-to-cluster')).toBe('unread');
    expect((await all.ask('GET', '/runs/none/reports/verify')).status).toBe(404);
  });

  it('says what failed and what is allowed', async () => {
    const { json } = await all.ask('GET', '/migrations/moved');
    expect(valueAt(json, 'state', 'failure')).toMatchObject({
      task: 'verify',
      hasApplied: true,
      recovery: { chapter: 'a-cutover-that-failed-after-it-applied', instead: ['accept', 'stop-source'] },
    });
    expect(await actionsOf('moved')).toMatchObject({ retry: false, cutover: false, 'take-back': true, accept: true });
    const refused = await all.ask('POST', '/migrations/moved/runs', { action: 'cutover' });
    expect([refused.status, stringAt(refused.json, 'code')]).toEqual([409, 'state-refused']);
  });

  it('verifies and validates on the volume, once for a key', async () => {
    const headers = { 'idempotency-key': 'click' };
    const request = { method: 'POST', path: `/api/v1/migrations/moved/runs`, body: { action: 'verify' }, headers };
    const [first, second] = [await all.wizard.ask(request), await all.wizard.ask(request)];
    expect([first.status, second.status]).toEqual([201, 200]);
    const name = stringAt(first.json, 'run') ?? '';
    expect(stringAt(second.json, 'run')).toBe(name);
    const workspaces = arrayAt(await taskRun(name), 'spec', 'workspaces').map((each) => stringAt(each, 'subPath'));
    expect(workspaces).toContain('volumes');
    expect((await all.ask('GET', `/runs/${name}`)).json).toMatchObject({
      pipeline: 'crane-verify',
      migration: 'moved',
    });
    expect((await all.ask('POST', `/runs/${name}/cancel`, {})).status).toBe(409);
    expect((await all.ask('POST', '/migrations/moved/runs', { action: 'validate' })).status).toBe(201);
    expect((await all.ask('POST', '/migrations/moved/runs', { action: 'destroy' })).status).toBe(400);
    const history = arrayAt((await all.ask('GET', '/migrations/moved')).json, 'runs').map((run) =>
      stringAt(run, 'action'),
    );
    expect(history.toSorted()).toEqual(['cutover', 'validate', 'verify']);
  });
});

describe('a take-back', () => {
  it('is taken back as the list says that the user saw, and only then', async () => {
    const before = await all.ask('POST', '/migrations/moved/take-back', {
      dryRun: false,
      name: 'moved',
      digest: 'sha256:0',
    });
    expect(before.status).toBe(409);
    const begun = await all.ask('POST', '/migrations/moved/take-back', { dryRun: true });
    expect(begun.status, begun.text).toBe(202);
    const dryRun = stringAt(begun.json, 'run') ?? '';
    const paramsOf = async (name: string) =>
      Object.fromEntries(
        arrayAt(await taskRun(name), 'spec', 'params').map((each) => [stringAt(each, 'name'), stringAt(each, 'value')]),
      ) as Readonly<Record<string, string>>;
    expect(await paramsOf(dryRun)).toMatchObject({
      'dry-run': 'true',
      namespace: 'shop-new',
      'report-digest': 'sha256:abc',
    });
    const log = itemLog([
      ['v1 ConfigMap shop-new/settings', 'done', 'would-delete'],
      [web, 'failed', 'changed-since', 'it was scaled'],
      ['apps/v1 Deployment shop-new/mail', 'failed', 'changed-since'],
      ['v1 PersistentVolumeClaim shop-new/data', 'skipped', 'kept', 'data'],
    ]);
    const results = { status: 'incomplete', 'kept-count': '1', 'failed-count': '2' };
    await all.scene.endTask(dryRun, { condition: ['False', 'Failed'], exitCode: 4, results, log });
    const { json } = await all.ask('GET', '/migrations/moved/take-back');
    expect(json).toMatchObject({ run: 'moved-cutover-1', later: [], task: { isDryRun: true, leftOut: 0, error: '' } });
    const items = arrayAt(json, 'task', 'items').map(
      (each) => `${stringAt(each, 'name') ?? ''} ${stringAt(each, 'fate') ?? ''}`,
    );
    expect(items).toEqual([
      'Deployment.apps/mail changed-since',
      'Deployment.apps/web changed-since',
      'ConfigMap/settings deleted',
      'PersistentVolumeClaim/data kept',
    ]);
    const digest = stringAt(json, 'task', 'digest') ?? '';
    const confirm = { dryRun: false, name: 'moved', digest, allowChanged: ['Deployment.apps/mail'] };
    const refusals = [
      { ...confirm, name: 'other' },
      { ...confirm, digest: 'sha256:0' },
      { ...confirm, allowChanged: ['ConfigMap/settings'] },
      { ...confirm, includeKinds: ['Secret'] },
      { ...confirm, allowChanged: 'all' },
      {},
    ];
    const statuses = [];
    for (const body of refusals) statuses.push((await all.ask('POST', '/migrations/moved/take-back', body)).status);
    expect(statuses).toEqual([400, 409, 400, 400, 400, 400]);
    const started = await all.ask('POST', '/migrations/moved/take-back', {
      ...confirm,
      includeKinds: ['PersistentVolumeClaim'],
    });
    expect(started.status, started.text).toBe(202);
    const name = stringAt(started.json, 'run') ?? '';
    expect(await paramsOf(name)).toMatchObject({
      'dry-run': 'false',
      'allow-changed': 'Deployment.apps/mail',
      'include-kinds': 'PersistentVolumeClaim',
    });
    expect(await actionsOf('moved')).toMatchObject({ 'take-back': false, cutover: false, delete: false });
    // What the user keeps remains, and the take-back counts.
    const ended = { status: 'incomplete', 'failed-count': '1', 'kept-count': '0' };
    await all.scene.endTask(name, { condition: ['False', 'Failed'], exitCode: 4, results: ended, log: '' });
    expect(await actionsOf('moved')).toMatchObject({ 'take-back': false, cutover: true, 'restart-source': true });
    const history = arrayAt((await all.ask('GET', '/migrations/moved')).json, 'runs');
    const phases = [dryRun, name].map((run) => history.find((each) => stringAt(each, 'name') === run));
    expect(phases.map((each) => stringAt(each, 'phase'))).toEqual(['incomplete', 'changes-kept']);
    const source = await all.ask('POST', '/migrations/moved/source/start', {});
    expect(source.status, source.text).toBe(201);
    expect(await paramsOf(stringAt(source.json, 'run') ?? '')).toMatchObject({ context: 'source', namespace: 'shop' });
    await all.scene.endTask(stringAt(source.json, 'run') ?? '', { ...done });
    expect(await actionsOf('moved')).toMatchObject({ 'restart-source': false, stage: true });
  });
});
