import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ReaderPod } from '../../../src/domain/containerize/reader-pod.ts';
import { startReader } from '../../../src/usecases/containerize/start-reader.ts';
import {
  cutSnapshots,
  findSnapshotSources,
  restoreSnapshots,
} from '../../../src/usecases/containerize/take-snapshots.ts';
import { findLeftHelpers, listHelpers, removeHelpers } from '../../../src/usecases/exports/remove-helpers.ts';
import { snapshotDefinitions } from '../../../testbed/snapshots/definitions.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let test: TestCluster;
const namespace = 'readers';
const core = `/api/v1/namespaces/${namespace}`;
const ports = () => ({ cluster: test.cluster, log: silentLog, pause: (ms: number) => pause(ms / 10), now: Date.now });
const reader: ReaderPod = {
  id: 'abc',
  namespace,
  image: 'task-runner:1',
  pullSecrets: [],
  claims: ['files'],
  identity: { user: 1001 },
  node: 'one',
  tolerations: [],
};

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: namespace } });
  // Without its controller nothing makes this account.
  await test.create(`${core}/serviceaccounts`, { metadata: { name: 'default' } }).catch(() => undefined);
  await test.create(`${core}/persistentvolumeclaims`, {
    metadata: { name: 'files' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'copies', resources: { requests: { storage: '1Gi' } } },
  });
});

afterAll(() => test.stop());

/** What a scheduler, a kubelet or an attach controller reports. */
function report(path: string, status: object): Promise<unknown> {
  return test.cluster.request({
    method: 'PATCH',
    path: `${path}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  });
}

const removeAll = async (): Promise<void> => {
  await removeHelpers(test.cluster, await listHelpers(test.cluster, namespace));
  for (const each of await listHelpers(test.cluster, namespace))
    await test.cluster.request({
      method: 'DELETE',
      path: `${core}/pods/${each.ref.name}`,
      body: { gracePeriodSeconds: 0 },
    });
};

describe('a pod that reads claims', () => {
  const path = `${core}/pods/export-abc-reader`;

  it('is found when it runs', async () => {
    const started = startReader(reader, 20, ports());
    await expect
      .poll(() =>
        report(path, { phase: 'Running' }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await started).toEqual({ namespace, pod: 'export-abc-reader', container: 'reader' });
    await removeAll();
  });

  it('whose claim is in use on another node ends with this cause', async () => {
    const message = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0';
    await test.create(`${core}/events`, {
      metadata: { name: 'attach' },
      type: 'Warning',
      reason: 'FailedAttachVolume',
      message,
      involvedObject: { kind: 'Pod', name: 'export-abc-reader', namespace },
    });
    await expect(startReader(reader, 20, ports())).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('ReadWriteOnce and in use on another node') as string,
      remedy: expect.stringContaining('snapshots=required') as string,
    });
    await removeAll();
    await test.cluster.request({ method: 'DELETE', path: `${core}/events/attach` });
  });

  it('that is not placed in time ends with the message of the scheduler', async () => {
    const started = startReader({ ...reader, node: 'one' }, 1, ports());
    const condition = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Too many pods.' };
    await expect
      .poll(() =>
        report(path, { conditions: [condition] }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect(started).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('in use on node one, which does not take the pod') as string,
    });
    await removeAll();
  });

  it('is refused without the right, with the rights that are needed', async () => {
    const token = await test.makeAccount(namespace, 'reader', []);
    const kubeconfig = await test.writeKubeconfig('reader', { token });
    const { connectCluster } = await import('../../../src/adapters/kube/connect.ts');
    const cluster = await connectCluster({ kubeconfig, context: undefined, environment: {}, log: silentLog });
    await expect(startReader(reader, 5, { ...ports(), cluster })).rejects.toMatchObject({ code: 'forbidden' });
    await cluster.close();
  });
});

describe('snapshots', () => {
  const snapshots = `/apis/snapshot.storage.k8s.io/v1/namespaces/${namespace}/volumesnapshots`;
  const find = () => findSnapshotSources(['files'], { namespace, wanted: '' }, test.cluster);

  it('need an API, a class of the driver, and a driver that answers', async () => {
    expect(await find()).toBe('the cluster does not serve snapshot.storage.k8s.io/v1');
    await test.create('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'copies' },
      provisioner: 'driver',
    });
    for (const definition of await snapshotDefinitions())
      await test.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    const missing = 'claim files: there is no VolumeSnapshotClass of the driver driver';
    await expect.poll(() => find().catch(String), { timeout: 20_000 }).toBe(missing);
    await test.create('/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses', {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotClass',
      metadata: { name: 'copies' },
      driver: 'driver',
      deletionPolicy: 'Retain',
    });
    const sources = await find();
    if (typeof sources === 'string') throw new Error(sources);
    expect(sources).toMatchObject([{ className: 'copies', keepsContent: true }]);
    const run = { id: 'abc', sources, seconds: 20 };
    const cut = cutSnapshots(run, ports());
    const taken = `${snapshots}/export-abc-0`;
    const creationTime = '2026-01-01T00:00:00Z';
    await expect
      .poll(() =>
        report(taken, { creationTime, readyToUse: false }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await cut;
    await report(taken, { readyToUse: false, error: { message: 'the array is busy' } });
    await expect(restoreSnapshots({ ...run, seconds: 0 }, ports())).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('the array is busy') as string,
    });
    await report(taken, { readyToUse: true, restoreSize: '2Gi' });
    expect(await restoreSnapshots(run, ports())).toEqual(['export-abc-0']);
    const store = { cluster: test.cluster, namespace, owner: 'test', now: Date.now };
    const left = await findLeftHelpers(store);
    expect(left.map(({ ref }) => ref.kind.kind)).toEqual(['PersistentVolumeClaim', 'VolumeSnapshot']);
    await removeHelpers(test.cluster, left);
    const remaining = await listHelpers(test.cluster, namespace);
    // No controller removes the finalizer of the claim here.
    expect(remaining.filter(({ ref }) => ref.kind.kind === 'VolumeSnapshot')).toEqual([]);
  });
});
