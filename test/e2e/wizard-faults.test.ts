import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { removeNamespace } from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';
import {
  deployNotes,
  destination,
  replicasOfNotes as replicas,
  source,
  startClustersScene,
  type ClustersScene,
} from './wizard/notes-scene.ts';

const [runs, from, to] = ['wizard-faults', 'wizard-faults-old', 'wizard-faults-new'];
const name = 'faults';
let scene: ClustersScene;

beforeAll(async () => {
  scene = await startClustersScene({ name, runs, from, to }, () => deployNotes(from, 'settings'));
  const answers = {
    schemaVersion: 1,
    name,
    source: { context: 'source', namespace: from },
    destination: { namespace: to, createNamespace: true },
    images: { copy: false },
    claims: { endpointType: 'node-port', transferImage: await loadTransferImage() },
  };
  const inventory = await scene.takeInventory();
  const created = await scene.ask('POST', '/migrations', { inventory, answers });
  expect(created.status, created.text).toBe(201);
});

afterAll(async () => {
  await scene.stop();
  await removeNamespace(source, from);
});

/** Starts a cutover whose pod of a task the kubelet kills, once it exists or its program runs, and waits for its end. */
async function killedIn(task: string, once: 'created' | 'running' = 'created'): Promise<unknown> {
  const run = await scene.start('cutover');
  const pod = async (): Promise<string> => {
    const tasks = arrayAt((await scene.ask('GET', `/runs/${run}`)).json, 'tasks');
    return (
      stringAt(
        tasks.find((each) => stringAt(each, 'name') === task),
        'pod',
      ) ?? ''
    );
  };
  await expect.poll(pod, { timeout: 300_000, interval: 500 }).not.toBe('');
  const isRunning = async (): Promise<boolean> => {
    const containers = arrayAt(await destination.get(['pod', await pod(), '-n', runs]), 'status', 'containerStatuses');
    return containers.some((each) => valueAt(each, 'state', 'running') !== undefined);
  };
  if (once === 'running') await expect.poll(isRunning, { timeout: 60_000, interval: 100 }).toBe(true);
  const patch = JSON.stringify({ spec: { activeDeadlineSeconds: 1 } });
  await destination.run(['patch', 'pod', await pod(), '-n', runs, '--type=merge', `--patch=${patch}`]);
  expect(await scene.endOf(run)).toBe('failed');
  return scene.migration();
}

/** Whether the program of a task ran: the kubelet may kill a pod that prepares. */
async function hasRun(task: string, run: string): Promise<boolean> {
  const labels = `tekton.dev/pipelineRun=${run},tekton.dev/pipelineTask=${task}`;
  const [taskRun] = await destination.list(['taskruns', '-n', runs, '-l', labels]);
  return arrayAt(taskRun, 'status', 'steps').some((step) => valueAt(step, 'terminated') !== undefined);
}

function allowedIn(migration: unknown): readonly (string | undefined)[] {
  const actions = arrayAt(migration, 'actions').filter((each) => valueAt(each, 'isAllowed') === true);
  return actions.map((each) => stringAt(each, 'action'));
}

describe('a cutover that is killed', () => {
  it.each([
    ['image-sync', 'created'],
    ['volumes', 'running'],
  ] as const)('in %s starts the source again, and is repeated', async (task, once) => {
    const killed = await killedIn(task, once);
    // A program that runs says what it did not come to.
    expect(killed).toMatchObject({
      phase: expect.stringMatching(/^(failed|incomplete)$/) as unknown,
      state: { failure: { task, hasApplied: false }, source: 'running', hasApplied: false },
    });
    expect(allowedIn(killed)).toEqual(expect.arrayContaining(['stage', 'cutover', 'retry']));
    expect(await replicas(source, from)).toBe(1);
  });

  it('in apply-to-cluster starts the source again, and is taken back once the program ran', async () => {
    // So many that they are not applied before the kubelet acts.
    const more = Array.from({ length: 1500 }, (_, index) => `more-${String(index)}`);
    const objects = more.map((each) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: each } }));
    await source.apply(objects, from);
    const killed = await killedIn('apply-to-cluster', 'running');
    // The program says which objects it did not come to.
    expect(stringAt(killed, 'phase')).toMatch(/^(failed|incomplete)$/);
    expect(await hasRun('apply-to-cluster', stringAt(killed, 'state', 'run', 'name') ?? '')).toBe(true);
    expect(killed).toMatchObject({
      state: { failure: { task: 'apply-to-cluster', hasApplied: true }, source: 'running', hasApplied: true },
    });
    expect(allowedIn(killed)).toContain('take-back');
    expect(allowedIn(killed)).not.toContain('retry');
    await scene.takeBack({ dryRun: true });
    const { json } = await scene.ask('GET', `/migrations/${name}/take-back`);
    const digest = stringAt(json, 'task', 'digest') ?? '';
    expect(digest, JSON.stringify(json).slice(0, 2000)).not.toBe('');
    await scene.takeBack({ dryRun: false, name, digest });
    const left = await destination.list(['configmaps,deployments', '-n', to]);
    expect(left.map((each) => stringAt(each, 'metadata', 'name'))).toEqual(['kube-root-ca.crt']);
    const takenBack = await scene.migration();
    expect(takenBack).toMatchObject({ phase: 'taken-back', state: { source: 'running' } });
    expect(allowedIn(takenBack)).toEqual(expect.arrayContaining(['stage', 'cutover']));
    expect(await replicas(source, from)).toBe(1);
  });
});
