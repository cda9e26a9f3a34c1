import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { takeLock } from '../../testbed/clusters/lock.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { prepareAccounts, type MoveNames } from '../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import { proveMove } from '../../testbed/demo/proof.ts';
import { runOneTask, type FinishedTask } from '../../testbed/demo/run-one-task.ts';
import { deployShop } from '../../testbed/shop/deploy.ts';

const names: MoveNames = { runs: 'fused', application: 'shop', movedTo: 'fused-shop' };
const source = localKubectl('source');
const destination = localKubectl('destination');
const claim = 'fused-data';
/** No controller of the local clusters brings a DeploymentConfig to life. */
const unready = 'DeploymentConfig.apps.openshift.io';
/** The sample's front end has a fixed node port, which only one move of it can have. */
let releasePort: (() => void) | undefined;

function run(task: string, params: Readonly<Record<string, string>>): Promise<FinishedTask> {
  return runOneTask(destination, {
    ...{ task, params, claim },
    namespace: names.runs,
    user: arbitraryUser,
    deadlineSeconds: 540,
  });
}

function count(kinds: string): Promise<number> {
  return destination.list([kinds, '-n', 'fused-shop']).then((found) => found.length);
}

beforeAll(async () => {
  releasePort = await takeLock('shop-node-port');
  await deployShop();
  await destination.run(['delete', 'namespace', 'shop', '--ignore-not-found']);
  const registryCertificates = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await prepareAccounts({ podSecurity: 'restricted', source, destination, names, registryCertificates });
  await installTasks(destination, names.runs, await loadTaskImage());
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const volume = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim }, spec };
  await destination.apply([volume], names.runs);
});

afterAll(async () => {
  await destination.run(['delete', 'namespace', 'fused-shop', '--ignore-not-found']);
  releasePort?.();
  await destination.run(['delete', 'namespace', 'fused', '--wait=false', '--ignore-not-found']);
  await source.run(['delete', 'namespace', 'fused', '--wait=false', '--ignore-not-found']);
});

describe('the Task crane-migrate, in one restricted pod under an arbitrary user', () => {
  let moved: FinishedTask;
  beforeAll(async () => {
    moved = await run('crane-migrate', { 'destination-namespace': 'fused-shop', 'allow-unready': unready });
  });

  it('moves and verifies the whole application', async () => {
    expect(moved.log).toContain('all succeeded');
    expect(moved.succeeded).toBe(true);
    expect(moved.log).toMatch(/verify: planned objects are at the destination: \d+ agree, 0 differ/);
    const proof = await proveMove(source, destination, names);
    expect(proof.differences).toEqual([]);
  });

  it('has the results of the Pipeline', () => {
    expect(moved.results).toMatchObject({
      'images-copied': expect.stringMatching(/^\d+$/) as string,
      'images-present': expect.stringMatching(/^\d+$/) as string,
      'resources-applied': expect.stringMatching(/^[1-9]\d*$/) as string,
    });
  });

  it('shows what another user changed since, with crane-verify on the same volume', async () => {
    await destination.run(['annotate', 'service', 'frontend', '-n', 'fused-shop', 'note=kept']);
    await destination.run([
      ...['patch', 'configmap', 'redis-config', '-n', 'fused-shop', '--type=merge', '-p'],
      '{"data":{"drifted":"yes"}}',
    ]);
    const verified = await run('crane-verify', { 'source-context': 'source', 'allow-unready': unready });
    expect(verified.succeeded).toBe(false);
    expect(verified.log).toMatch(/different v1 ConfigMap fused-shop\/redis-config: another content: data\.drifted/);
    expect(verified.results).toMatchObject({ 'different-count': '1', 'missing-count': '0' });
  });

  it('is taken back by crane-rollback, save what changed since', async () => {
    const before = await count('deployments,statefulsets,services,secrets');
    const tried = await run('crane-rollback', { namespace: 'fused-shop', 'dry-run': 'true' });
    expect(tried.log).toMatch(/would-delete image.openshift.io\/v1 ImageStreamTag/);
    expect(await count('deployments,statefulsets,services,secrets')).toBe(before);
    const first = await run('crane-rollback', { namespace: 'fused-shop', 'dry-run': 'false' });
    expect(first.log).toMatch(/changed-since v1 ConfigMap fused-shop\/redis-config/);
    const again = await run('crane-rollback', {
      namespace: 'fused-shop',
      'dry-run': 'false',
      'allow-changed': 'ConfigMap/redis-config,Service/frontend,HorizontalPodAutoscaler.autoscaling/frontend',
    });
    expect(again.log).toContain('0 failed');
    expect(again.succeeded).toBe(true);
    expect(await count('deployments,statefulsets,pods,services,jobs,cronjobs')).toBe(0);
  });
});
