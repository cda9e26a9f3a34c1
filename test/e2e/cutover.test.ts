import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { waitFor } from '../../testbed/clusters/wait.ts';
import { deployLedger, waitForLedger } from '../../testbed/ledger/deploy.ts';
import { brokenEntries, countEntries, readEntries, type Entry } from '../../testbed/ledger/entries.ts';
import { runOnVolume } from '../../testbed/ledger/take-back.ts';
import { prepareAccounts, type MoveNames } from '../../testbed/demo/accounts.ts';
import { arbitraryUser } from '../../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../../testbed/demo/kubectl.ts';
import { startRun } from '../../testbed/demo/start-run.ts';
import { watchRun, type FinishedRun } from '../../testbed/demo/watch-run.ts';
import { readStreams } from '../../testbed/shop/streams.ts';
import { clusterNamed } from '../../testbed/shop/probe.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const names: MoveNames = { runs: 'ledger-migrations', application: 'ledger' };
const source = localKubectl('source');
const destination = localKubectl('destination');
const stage = 'samples/cutover/stage-pipelinerun.yaml';
const cutover = 'samples/cutover/cutover-pipelinerun.yaml';
/** A storage class that the source does not have. */
const fast = 'ledger-fast';
const claimSettings = [
  {
    name: 'data-postgres-0',
    newName: 'rows-postgres-0',
    storageClass: fast,
    size: '1100Mi',
    accessModes: ['ReadWriteOnce'],
  },
];
let params: Readonly<Record<string, string>>;

async function start(sample: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const all = { ...params, ...(sample === cutover ? { validate: 'true' } : {}), ...more };
  return startRun(destination, { sample, namespace: names.runs, user: arbitraryUser, params: all });
}

async function watch(name: string): Promise<FinishedRun> {
  return watchRun(destination, { namespace: names.runs, name, deadlineSeconds: 540 });
}

async function run(sample: string): Promise<FinishedRun> {
  return watch(await start(sample));
}

beforeAll(async () => {
  const left = ['delete', 'namespace', names.application, '--ignore-not-found', '--timeout=200s'];
  // A ledger that another form of the sample left broken would never come up again by itself.
  await Promise.all([source.run(left), destination.run([...left, names.runs])]);
  await deployLedger(clusterNamed('source'));
  const present = await destination.get(['storageclass', 'local-path']);
  await destination.apply([
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: fast, annotations: { defaultVolumeType: 'local' } },
      provisioner: stringAt(present, 'provisioner'),
      volumeBindingMode: stringAt(present, 'volumeBindingMode'),
    },
  ]);
  const registryCertificates = await readFile(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  await prepareAccounts({
    podSecurity: 'restricted',
    source,
    destination,
    names,
    registryCertificates,
    sample: 'cutover',
  });
  await installTasks(destination, names.runs, await loadTaskImage());
  params = {
    'endpoint-type': 'node-port',
    'transfer-image': await loadTransferImage(),
    'claim-settings': JSON.stringify(claimSettings),
  };
});

afterAll(async () => {
  // Its writer would keep both clusters busy for as long as they run.
  const left = ['delete', 'namespace', names.application, names.runs, '--wait=false', '--ignore-not-found'];
  await Promise.all([source.run(left), destination.run(left)]);
  await destination.run(['delete', 'storageclass', fast, '--ignore-not-found']);
});

describe('a stateful application', () => {
  let movedBy: string;
  it('is staged while it is written to, and keeps writing', async () => {
    const before = await countEntries(clusterNamed('source'));
    expect((await run(stage)).message).toMatch(/^(Succeeded|Completed)/);
    expect(await countEntries(clusterNamed('source'))).toBeGreaterThan(before);
  });

  it('is cut over after a run that was killed while it copied: at rest at the source, at work at the destination, row by row the same', async () => {
    const killed = await start(cutover, { images: 'skip' });
    await Promise.all([waitForTask(killed, 'volumes', 'Running'), waitForTask(killed, 'image-sync', 'Succeeded')]);
    const cancel = JSON.stringify({ spec: { status: 'Cancelled' } });
    await destination.run(['patch', 'pipelinerun', killed, '-n', names.runs, '--type=merge', `--patch=${cancel}`]);
    const ended = await watch(killed);
    expect(ended.succeeded).toBe(false);
    expect(ended.logs.get('export')).toContain('skip ledger/ledger:1.0: pushed, images-skipped');
    expect(ended.logs.get('image-sync')).toContain('0 images');
    expect(await readStreams(clusterNamed('destination'), names.application)).toEqual([]);
    const again = await run(cutover);
    expect(again.message).toMatch(/^(Succeeded|Completed)/);
    expect(await replicas(source)).toEqual({ postgres: 0, writer: 0 });
    expect(again.logs.get('validate')).toContain(' 0 gaps');
    await expectSameRows();
    movedBy = again.name;
  });

  it('has the claim that its settings ask for, under the name that its StatefulSet uses', async () => {
    const claims = await destination.list(['persistentvolumeclaims', '-n', names.application]);
    expect(claims.map((claim) => stringAt(claim, 'metadata', 'name'))).toEqual(['rows-postgres-0']);
    expect(valueAt(claims[0], 'spec')).toMatchObject({
      storageClassName: fast,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1100Mi' } },
    });
    const set = await destination.get(['statefulset', 'postgres', '-n', names.application]);
    expect(arrayAt(set, 'spec', 'volumeClaimTemplates')[0]).toMatchObject({
      metadata: { name: 'rows' },
      spec: { storageClassName: fast },
    });
  });

  it('is taken back: what the run created is removed at the destination, and the source starts again as it was', async () => {
    await takeBack(movedBy);
  });
});

async function takeBack(run: string): Promise<void> {
  const here = { namespace: names.runs, run };
  const rollback = await runOnVolume(destination, {
    ...here,
    task: 'crane-rollback',
    params: { context: 'destination', namespace: names.application },
    folders: { applied: 'kustomize', rollback: 'rollback', kubeconfig: 'kubeconfig' },
  });
  expect(rollback).toMatch(/^Succeeded/);
  expect(await replicas(destination)).toEqual({});
  const claims = await destination.list(['persistentvolumeclaims', '-n', names.application]);
  expect(claims.map((claim) => stringAt(claim, 'metadata', 'name'))).toEqual(['rows-postgres-0']);
  const restored = await runOnVolume(destination, {
    ...here,
    task: 'crane-restore-scale',
    params: { context: 'source', namespace: names.application },
    folders: { quiesce: 'quiesce', kubeconfig: 'kubeconfig' },
  });
  expect(restored).toMatch(/^Succeeded/);
  expect(await replicas(source)).toEqual({ postgres: 1, writer: 1 });
  await waitForLedger(clusterNamed('source'));
}

async function replicas(cluster: Kubectl): Promise<Readonly<Record<string, unknown>>> {
  const workloads = await cluster.list(['deployments,statefulsets', '-n', names.application]);
  return Object.fromEntries(
    workloads.map((workload) => [stringAt(workload, 'metadata', 'name') ?? '', valueAt(workload, 'spec', 'replicas')]),
  );
}

/** All that the source had when it came to rest is at the destination, and what came after it follows from it. */
async function expectSameRows(): Promise<void> {
  const atSource = await readAtRest();
  await waitForLedger(clusterNamed('destination'));
  await sleep(1000);
  const atDestination = await readEntries(clusterNamed('destination'));
  expect(atSource.length).toBeGreaterThan(0);
  expect(atDestination.slice(0, atSource.length)).toEqual(atSource);
  expect(atDestination.length).toBeGreaterThan(atSource.length);
  expect(brokenEntries(atDestination)).toEqual([]);
}

/** The rows of the source: its server is woken for the time of reading, its writer stays at rest. */
async function readAtRest(): Promise<readonly Entry[]> {
  const scale = (count: number) =>
    source.run(['scale', 'statefulset/postgres', `--replicas=${String(count)}`, '-n', names.application]);
  await scale(1);
  await source.run(['rollout', 'status', 'statefulset/postgres', '-n', names.application, '--timeout=200s']);
  const entries = await readEntries(clusterNamed('source'));
  await scale(0);
  await source.run(['wait', 'pod/postgres-0', '--for=delete', '-n', names.application, '--timeout=200s']);
  return entries;
}

async function waitForTask(run: string, task: string, phase: string): Promise<void> {
  await waitFor({
    what: `task ${task} of ${run}`,
    seconds: 240,
    check: async () => {
      const selector = `tekton.dev/pipelineRun=${run},tekton.dev/pipelineTask=${task}`;
      const pods = await destination.list(['pods', '-n', names.runs, '-l', selector]);
      return pods.some((pod) => stringAt(pod, 'status', 'phase') === phase) ? undefined : `no pod is ${phase}`;
    },
  });
}
