import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { rollBackRelease } from '../../../src/usecases/app/roll-back-release.ts';
import {
  configMap,
  deployment,
  finishDeployment,
  killHelm,
  startReleaseScene,
  type ReleaseScene,
} from './release-scene.ts';

let scene: ReleaseScene;
beforeAll(async () => {
  scene = await startReleaseScene();
});
afterAll(async () => scene.stop());

const release = { namespace: 'default', name: 'shop' };
const historyOf = async () => (await scene.ports.helm.history(release)).map(({ status }) => status);
const lastIs = async (status: string) => (await historyOf()).at(-1) === status;
const limits = { stallMilliseconds: 60_000, patience: 60_000, historyLimit: 5, wait: true };
// No other helm is alive, so that the record of the killed one needs no long wait.
const limitsOfQuickRun = { ...limits, patience: 1000, wait: false };
const colorOf = async (name: string) => {
  const found = await scene.cluster.request({ path: `/api/v1/namespaces/default/configmaps/${name}` });
  return (found as { data: { color: string } }).data.color;
};

/** Runs something until helm has begun to wait for pods, kills helm, and gives the error of the run. */
async function killDuring(chart: string, status: string, run: () => Promise<unknown>): Promise<unknown> {
  const ending = run().then(
    () => undefined,
    (error: unknown) => error,
  );
  await killHelm(chart, () => lastIs(status));
  return ending;
}

/** Plays the controller that a quota refuses further pods, and the scheduler that finds no node for the one that it has. */
async function blockPods(): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const deployment = '/apis/apps/v1/namespaces/default/deployments/web';
  const quota = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: pods=1' };
  // As if it had seen any later change.
  const figures = { observedGeneration: 1000, readyReplicas: 0, availableReplicas: 0 };
  const failed = { status: { ...figures, conditions: [quota] } };
  await scene.cluster.request({ method: 'PATCH', path: `${deployment}/status`, body: failed, contentType });
  const metadata = { name: 'web-1', labels: { app: 'web' } };
  const spec = { containers: [{ name: 'web', image: 'registry.test/web:1' }] };
  await scene.create('/api/v1/namespaces/default/pods', { metadata, spec });
  const message = '0/3 nodes are available: 3 Insufficient memory.';
  const unplaced = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  const path = '/api/v1/namespaces/default/pods/web-1/status';
  await scene.cluster.request({ method: 'PATCH', path, body: { status: { conditions: [unplaced] } }, contentType });
}

// Each test begins with the release as the one before left it.
describe('a plain rerun after helm was killed', () => {
  it('completes a first install and reports objects that are left over', async () => {
    const chart = await scene.writeChart('shop', {
      'templates/settings.yaml': configMap,
      'templates/web.yaml': deployment,
      'templates/old.yaml': `{{ if .Values.old }}\n${configMap.replace('settings', 'old')}\n{{ end }}`,
    });
    const request = scene.request(chart, { limits, values: ['old: true\n'] });
    const error = await killDuring(chart, 'pending-install', () => installRelease(request, scene.ports));
    expect(error).toMatchObject({ code: 'program-broke' });
    expect(await historyOf()).toEqual(['pending-install']);
    const again = await installRelease({ ...request, values: [], limits: limitsOfQuickRun }, scene.ports);
    expect(again).toMatchObject({ outcome: 'installed', revision: 1 });
    expect(again.leftOver.map(({ metadata }) => metadata.name)).toEqual(['old']);
    expect(await historyOf()).toEqual(['deployed']);
  });

  it('completes an upgrade without losing the last good revision', async () => {
    const chart = `${scene.scratch}/charts/shop`;
    await finishDeployment(scene);
    const request = scene.request(chart, { limits, values: ['color: red\n'] });
    await killDuring(chart, 'pending-upgrade', () => installRelease(request, scene.ports));
    expect(await historyOf()).toEqual(['deployed', 'pending-upgrade']);
    const again = await installRelease({ ...request, limits: limitsOfQuickRun }, scene.ports);
    expect(again).toMatchObject({ outcome: 'upgraded', revision: 2, leftOver: [] });
    expect(await historyOf()).toEqual(['superseded', 'deployed']);
    expect(await colorOf('settings')).toBe('red');
  });

  it('completes a rollback', async () => {
    await finishDeployment(scene);
    const request = { ...release, revision: undefined, limits };
    await killDuring('shop', 'pending-rollback', () => rollBackRelease(request, scene.ports));
    expect(await historyOf()).toEqual(['superseded', 'deployed', 'pending-rollback']);
    const again = await rollBackRelease({ ...request, limits: limitsOfQuickRun }, scene.ports);
    expect(again).toMatchObject({ revision: 3, from: 1 });
    expect(await colorOf('settings')).toBe('blue');
    expect(await historyOf()).toEqual(['superseded', 'superseded', 'deployed']);
  });
});

describe('a release whose pods do not start', () => {
  it('ends when nothing changes any more, is marked as failed, and keeps the last good revision', async () => {
    const chart = `${scene.scratch}/charts/shop`;
    await finishDeployment(scene);
    await blockPods();
    const short = { ...limits, stallMilliseconds: 4000 };
    const request = scene.request(chart, { limits: short, values: ['color: green\n'] });
    await expect(installRelease(request, scene.ports)).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(
        /apps\/v1 Deployment default\/web: .*exceeded quota: pods=1.*pod not placed: 0\/3 nodes are available/,
      ) as string,
    });
    // While it waits, not only at its end.
    const told = scene.lines.filter((line) => line.startsWith('v1 Pod default/web-1: pod not placed: 0/3 nodes'));
    expect(told).toHaveLength(1);
    expect(await historyOf()).toEqual(['superseded', 'superseded', 'deployed', 'failed']);
    const again = await installRelease({ ...request, limits: limitsOfQuickRun }, scene.ports);
    expect(again).toMatchObject({ outcome: 'upgraded', revision: 5 });
  });
});
