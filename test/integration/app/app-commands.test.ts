import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { installRelease } from '../../../src/usecases/app/install-release.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { configMap, deployment, finishDeployment, startReleaseScene, type ReleaseScene } from './release-scene.ts';

const password = 'never-printed-unless-asked';

let scene: ReleaseScene;
beforeAll(async () => {
  scene = await startReleaseScene();
  const web = deployment.replace(
    'image: "registry.test/web:1"',
    `image: "registry.test/web:1", env: [{ name: PASSWORD, value: "${password}" }]`,
  );
  const chart = await scene.writeChart('shop', { 'templates/settings.yaml': configMap, 'templates/web.yaml': web });
  await installRelease(scene.request(chart), scene.ports);
  await installRelease(scene.request(chart, { values: ['color: red\n'] }), scene.ports);
});
afterAll(async () => scene.stop());

const run = (name: string, ...args: readonly string[]) =>
  runInProcess(name, [...args, `--kubeconfig=${scene.server.kubeconfigPath}`], {
    cwd: scene.scratch,
    environment: { PATH: dirname(programPath('helm')), HOME: scene.scratch, TMPDIR: scene.scratch },
  });

describe('the commands for releases', () => {
  it('list releases as a table and as JSON', async () => {
    const table = await run('app list');
    expect(table.exitCode).toBe(0);
    expect(table.stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 5))).toEqual([
      ['NAMESPACE', 'NAME', 'REVISION', 'STATUS', 'CHART'],
      ['default', 'shop', '2', 'deployed', 'shop-1.0.0'],
      [''],
    ]);
    const json = await run('app-list', '--all-namespaces=true', '--output=json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ namespace: 'default', name: 'shop', revision: 2 }]);
  });

  it('show why a workload is not ready', async () => {
    const shown = await run('app-show', 'shop', '--output=json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      revision: 2,
      workloads: [{ kind: 'Deployment', name: 'web', state: 'not ready', images: ['registry.test/web:1'] }],
    });
    expect((await run('app-show', 'shop')).stdout).toContain('Deployment/web   not ready');
  });

  it('print values of the environment only when asked to', async () => {
    const hidden = await run('app-env', 'shop');
    expect(hidden.stdout).toContain('PASSWORD');
    expect(JSON.stringify([hidden, await run('app-env', 'shop', '--output=json')])).not.toContain(password);
    expect((await run('app-env', 'shop', '--show-values=true')).stdout).toContain(password);
  });

  it('restart and scale the workloads', async () => {
    expect((await run('app-restart', 'shop', '--wait=false')).exitCode).toBe(0);
    expect((await run('app-scale', 'shop', '--instances=1', '--wait=false')).exitCode).toBe(0);
    const path = '/apis/apps/v1/namespaces/default/deployments/web';
    expect(await scene.cluster.request({ path })).toMatchObject({
      spec: {
        replicas: 1,
        template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': expect.any(String) as string } } },
      },
    });
    const late = await run('app-restart', 'shop', '--stall-timeout=1');
    expect(late).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('not-ready') as string });
    await finishDeployment(scene);
    expect((await run('app-logs', 'shop')).exitCode).toBe(0);
  });

  it('roll back, show the history and delete', async () => {
    expect(await run('app-rollback', 'shop', '--wait=false')).toMatchObject({ exitCode: 0 });
    const history = await run('app-history', 'shop', '--output=json');
    expect(JSON.parse(history.stdout)).toMatchObject([
      { revision: 1 },
      { revision: 2 },
      { revision: 3, status: 'deployed' },
    ]);
    expect(await run('app-rollback', 'shop', '--revision=9')).toMatchObject({ exitCode: 2 });
    expect((await run('app-delete', 'shop', '--wait=false')).exitCode).toBe(0);
    const again = await run('app-delete', 'shop', '--wait=false');
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('does not exist') as string });
    expect(await run('app-show', 'shop')).toMatchObject({ exitCode: 2 });
  });
});
