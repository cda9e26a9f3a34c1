import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { deployDiary, diary, inDiary, readDiary, waitForDiary, workloads } from './forms/diary.ts';
import {
  createAll,
  installClusterTasks,
  prepareNames,
  releaseRun,
  taskRefsOf,
  type ReleasedMove,
} from './forms/moves.ts';
import { runningImage } from './forms/notes.ts';
import type { MoveNames } from '../../testbed/demo/accounts.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { startWizardProcess, type WizardProcess } from '../builders/wizard.ts';
import { removeNamespace } from './volumes/scene.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const moved = 'diary-wizard';
const group = 'diary-group';
const names: MoveNames = { runs: moved, application: diary, movedTo: moved };
let wizard: WizardProcess;
/** Runs of the group that wait for their start. */
let waiting: Readonly<Record<'cutover' | 'stage', string>>;
let images: Awaited<ReturnType<typeof sourceImages>>;

function sourceImages() {
  return Promise.all(['diary', 'index'].map((app) => runningImage(source, diary, `app=${app}`)));
}

function clear(): Promise<unknown> {
  return Promise.all([
    removeNamespace(source, diary),
    removeNamespace(source, moved),
    removeNamespace(destination, moved),
  ]);
}

function expectSuccess({ run }: ReleasedMove): void {
  expect(run.message, [...run.logs.values()].join('\n')).toMatch(/^(Succeeded|Completed)/);
}

async function replicasOf(kubectl: Kubectl, namespace: string): Promise<readonly unknown[]> {
  const found = await Promise.all(workloads.map((workload) => kubectl.get([workload, '-n', namespace])));
  return found.map((object) => valueAt(object, 'spec', 'replicas'));
}

beforeAll(async () => {
  await clear();
  await deployDiary(source);
  for (const workload of workloads) {
    const place = { namespace: diary, workload };
    await inDiary(source, place, `echo ${workload} > first; echo draft > draft; mkdir -p old; echo 1 > old/page`);
  }
  images = await sourceImages();
  await installClusterTasks();
  await prepareNames(names, source, { sample: 'cutover', wizardSecrets: true });
  // In the order of the forerunner: the cutover is the root of the group.
  const cutover = await createAll('wizard-stateful-cutover', names);
  waiting = { cutover, stage: await createAll('wizard-stateful-stage', names) };
  wizard = await startWizardProcess([`--kubeconfig=${source.kubeconfig}`, '--context=source', `--namespace=${moved}`]);
  const secret = { secret: wizard.secret };
  expect((await wizard.ask({ method: 'POST', path: '/api/v1/session', body: secret })).status).toBe(200);
});

afterAll(async () => {
  await wizard.stop();
  await clear();
});

function groupInWizard(lastRun: object): object {
  return { migrations: [{ name: group, origin: 'forerunner', claims: 2, ...lastRun }] };
}

/** Starts an action of the group in our wizard, which must release the run that was made. */
function startInWizard(action: 'cutover' | 'stage'): Promise<ReleasedMove> {
  return releaseRun(waiting[action], names, async (run) => {
    const path = `/api/v1/migrations/${group}/runs`;
    const started = await wizard.ask({ method: 'POST', path, body: { action } });
    expect(started.json).toEqual({ run, isNew: true });
  });
}

async function expectClusterTasks(move: ReleasedMove): Promise<void> {
  const refs = await taskRefsOf(source, move);
  expect(refs.length).toBeGreaterThan(0);
  for (const ref of refs) expect(stringAt(ref, 'kind')).toBe('ClusterTask');
}

describe("a wizard's Pipelines for an application with claims, as ClusterTasks on Tekton 0.70", () => {
  it('stage the claims while the application runs, started and followed in our wizard', async () => {
    const listed = await wizard.ask({ path: '/api/v1/migrations' });
    expect(listed.json).toMatchObject(groupInWizard({}));
    expect(valueAt(arrayAt(listed.json, 'migrations')[0], 'lastRun')).toBeUndefined();
    const staged = await startInWizard('stage');
    expect(staged.stateBefore).toBe('PipelineRunPending');
    expectSuccess(staged);
    await expectClusterTasks(staged);
    const followed = await wizard.ask({ path: `/api/v1/runs/${staged.run.name}` });
    expect(followed.json).toMatchObject({ migration: group, action: 'stage', phase: 'succeeded' });
    const tasks = arrayAt(followed.json, 'tasks').map((task) => [stringAt(task, 'name'), stringAt(task, 'phase')]);
    expect(tasks).toContainEqual(['transfer-pvc-pages', 'succeeded']);
    const log = `/api/v1/runs/${staged.run.name}/tasks/transfer-pvc-pages/log`;
    expect((await wizard.ask({ path: log })).text).toContain(`${diary}/pages`);
    expect(await replicasOf(source, diary)).toEqual([1, 1]);
    const claims = await destination.list(['persistentvolumeclaims', '-n', moved]);
    expect(claims.map((claim) => stringAt(claim, 'metadata', 'name')).sort()).toEqual(['data-index-0', 'pages-moved']);
  });

  it('cut over: at rest at the source, at work at the destination with all that was written since', async () => {
    for (const workload of workloads) {
      const place = { namespace: diary, workload };
      await inDiary(source, place, 'rm -r old; echo final > draft; echo 2 > second');
    }
    const before = await Promise.all(workloads.map((workload) => readDiary(source, diary, workload)));
    const listed = await wizard.ask({ path: '/api/v1/migrations' });
    expect(listed.json).toMatchObject(groupInWizard({ lastRun: { action: 'stage', phase: 'succeeded' } }));
    const cutover = await startInWizard('cutover');
    expectSuccess(cutover);
    await expectClusterTasks(cutover);
    expect(await replicasOf(source, diary)).toEqual([0, 0]);
    expect(await replicasOf(destination, moved)).toEqual([1, 1]);
    await waitForDiary(destination, moved);
    const after = await Promise.all(workloads.map((workload) => readDiary(destination, moved, workload)));
    expect(after).toEqual(before);
    expect(after[0]).toContain('./second');
  });

  it('move the images as well', async () => {
    const running = await Promise.all(['diary', 'index'].map((app) => runningImage(destination, moved, `app=${app}`)));
    expect(running).toEqual(
      images.map(({ name, digest }) => ({ name: name.replace(`/${diary}/`, `/${moved}/`), digest })),
    );
    for (const { digest } of running) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('are followed in our wizard, and deleted with all that the cutover owns', async () => {
    const path = `/api/v1/migrations/${group}`;
    expect((await wizard.ask({ path })).json).toMatchObject({ lastRun: { phase: 'succeeded' } });
    const root = await source.get(['pipeline', `${group}-cutover`, '-n', moved]);
    const owner = { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', name: `${group}-cutover` };
    const metadata = { ownerReferences: [{ ...owner, uid: stringAt(root, 'metadata', 'uid') }] };
    const stage = ['pipeline', `${group}-stage`, '-n', moved];
    await source.run(['patch', ...stage, '--type=merge', '-p', JSON.stringify({ metadata })]);
    expect((await wizard.ask({ method: 'DELETE', path })).status).toBe(204);
    await expect.poll(() => source.get(stage), { timeout: 60_000, interval: 1000 }).toBeUndefined();
  });
});
