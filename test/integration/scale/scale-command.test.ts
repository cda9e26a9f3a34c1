import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { podSpec, useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

const replicas = '{.spec.replicas}';
const noted = String.raw`{.metadata.annotations.crane-tasks\.dev/replicas}`;

function create(object: object): Promise<string> {
  return scene.cluster.kubectl(['create', '-f', '-'], JSON.stringify(object));
}

async function createDeployment(name: string, count: number): Promise<void> {
  await create(scene.aDeployment(name));
  await setScale(name, count);
}

function setScale(name: string, count: number): Promise<string> {
  return scene.cluster.kubectl(['scale', `deployment/${name}`, `--replicas=${String(count)}`, '-n', scene.namespace]);
}

function run(task: string, type: string, ...args: readonly string[]) {
  const common = ['--context=local', `--namespace=${scene.namespace}`, '--quiesce-dir=q', `--resource-type=${type}`];
  return scene.run(task, ...common, ...args);
}

const stop = (type: string, ...args: readonly string[]) => run('kubectl-scale-down', type, ...args);
const start = (...args: readonly string[]) => run('crane-restore-scale', 'all', ...args);

describe('scaling down and restarting', () => {
  it('gives every workload the number back that it had, however often each is run', async () => {
    await createDeployment('web', 3);
    await createDeployment('off', 0);
    expect((await stop('deployment')).results).toMatchObject({ 'scaled-count': '1', 'unchanged-count': '1' });
    expect((await stop('all')).results).toMatchObject({ 'scaled-count': '0', 'unchanged-count': '2' });
    expect([await scene.get('deployment', 'web', replicas), await scene.get('deployment', 'web', noted)]).toEqual([
      '0',
      '3',
    ]);
    expect((await start()).results).toMatchObject({ 'restored-count': '1', status: 'succeeded' });
    expect((await start()).results).toMatchObject({ 'restored-count': '0' });
    expect([await scene.get('deployment', 'web', replicas), await scene.get('deployment', 'web', noted)]).toEqual([
      '3',
      '',
    ]);
    expect(await scene.get('deployment', 'off', replicas)).toBe('0');
  });

  it('believes its records when the note was removed, and only for the same object', async () => {
    await createDeployment('web', 3);
    await createDeployment('other', 2);
    await stop('deployment');
    await scene.cluster.kubectl([
      'annotate',
      'deployment',
      '--all',
      'crane-tasks.dev/replicas-',
      '-n',
      scene.namespace,
    ]);
    await scene.cluster.kubectl(['delete', 'deployment', 'other', '-n', scene.namespace]);
    await createDeployment('other', 0);
    expect((await start()).results['restored-count']).toBe('1');
    expect(await scene.get('deployment', 'web', replicas)).toBe('3');
    expect(await scene.get('deployment', 'other', replicas)).toBe('0');
  });

  it('records again what was started in between, and keeps the records of other kinds', async () => {
    await createDeployment('web', 3);
    await stop('all');
    await setScale('web', 5);
    await stop('deployment');
    expect(await scene.get('deployment', 'web', noted)).toBe('5');
    await rm(join(scene.folder, 'q'), { recursive: true });
    await start();
    expect(await scene.get('deployment', 'web', replicas)).toBe('5');
  });

  it('suspends jobs and cron jobs, and resumes only those that it suspended', async () => {
    const template = { spec: { restartPolicy: 'Never', ...podSpec } };
    const aCronJob = (name: string, suspend: boolean) =>
      scene.anObject('batch/v1 CronJob', name, {
        spec: { schedule: '0 3 * * *', suspend, jobTemplate: { spec: { template } } },
      });
    await create(aCronJob('nightly', false));
    await create(aCronJob('never', true));
    await create(scene.anObject('batch/v1 Job', 'migrate', { spec: { template } }));
    expect((await stop('cronjob,job')).results['scaled-count']).toBe('2');
    expect(await scene.get('job', 'migrate', '{.spec.suspend}')).toBe('true');
    expect((await start()).results['restored-count']).toBe('2');
    expect(await scene.get('cronjob', 'nightly', '{.spec.suspend}')).toBe('false');
    expect(await scene.get('cronjob', 'never', '{.spec.suspend}')).toBe('true');
  });

  it('changes nothing in a dry run', async () => {
    await createDeployment('web', 3);
    expect((await stop('all', '--dry-run=true')).results['scaled-count']).toBe('1');
    expect([await scene.get('deployment', 'web', replicas), await scene.get('deployment', 'web', noted)]).toEqual([
      '3',
      '',
    ]);
  });

  it('carries the note into no manifest: an export made afterwards arrives with the number it had', async () => {
    await createDeployment('web', 3);
    await stop('all');
    const flags = ['--context=local', `--namespace=${scene.namespace}`, '--secrets=skip'];
    await scene.run('crane-export', ...flags);
    await scene.run('crane-transform');
    await scene.run('crane-apply');
    await scene.cluster.kubectl(['delete', 'deployment', 'web', '-n', scene.namespace]);
    await scene.applyFiles();
    expect([await scene.get('deployment', 'web', replicas), await scene.get('deployment', 'web', noted)]).toEqual([
      '3',
      '',
    ]);
  });
});

describe('what is not scaled down', () => {
  it('is named with its pods when the time is over', async () => {
    await createDeployment('web', 1);
    const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: crypto.randomUUID() };
    const ownerReferences = [{ ...controller, controller: true }];
    const labels = { app: 'web' };
    const metadata = { name: 'web-1-x', namespace: scene.namespace, labels, ownerReferences };
    await create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec });
    const { exitCode, results } = await stop('deployment', '--wait-timeout=2');
    expect([exitCode, results['failed-count']]).toEqual([4, '1']);
    const report = await readFile(join(scene.folder, 'q/reports/kubectl-scale-down.json'), 'utf8');
    expect(report).toContain('its pods still run: web-1-x');
    expect(await scene.get('deployment', 'web', noted)).toBe('1');
  });

  it('is reported when no scale reaches it', async () => {
    await create(scene.anObject('v1 Pod', 'bare', { spec: podSpec }));
    const labels = { app: 'agent' };
    const template = { metadata: { labels }, spec: podSpec };
    await create(
      scene.anObject('apps/v1 DaemonSet', 'agent', { spec: { selector: { matchLabels: labels }, template } }),
    );
    expect((await stop('all')).results['skipped-count']).toBe('2');
    expect(await scene.verdicts('q', 'kubectl-scale-down')).toEqual({
      'apps/v1 DaemonSet agent': 'not-scalable',
      'v1 Pod bare': 'bare-pod',
    });
  });

  it('is refused when the kind cannot be scaled, the cluster is another one, or the namespace is missing', async () => {
    expect((await stop('pods')).results['status']).toBe('invalid-param');
    expect((await stop('all', '--cluster-uid=other')).results['status']).toBe('wrong-cluster');
    const lost = await scene.run('kubectl-scale-down', '--context=local', '--resource-type=all');
    expect([lost.exitCode, lost.results['status']]).toEqual([2, 'invalid-param']);
  });
});
