import { describe, expect, it } from 'vitest';

import { objectPath } from '../../../../src/domain/kube/api-paths.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { waitUntilReady } from '../../../../src/usecases/cluster/wait-until-ready.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { aResource } from '../../../builders/transform.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const ref = { kind: knownKinds.persistentvolumeclaims, namespace: 'shop', name: 'data' };
const claimsPath = objectPath(ref);
const claim = aResource('v1 PersistentVolumeClaim', 'data', { spec: { storageClassName: 'late' } });
const late = { metadata: { name: 'late' }, volumeBindingMode: 'WaitForFirstConsumer' };
const bindsLate = { '/apis/storage.k8s.io/v1/storageclasses/late': late };
const userOfClaim = {
  metadata: { name: 'db-0', namespace: 'shop' },
  spec: { volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] },
};

/** Waits for the claim in a cluster that answers by path; a number refuses. */
async function wait(answers: Readonly<Record<string, object | number>>, milliseconds = 3000) {
  const asked: string[] = [];
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'a',
    server: 'https://a',
    request: ({ path: wanted, query }) => {
      asked.push(wanted + (query?.['labelSelector'] ?? query?.['fieldSelector'] ?? ''));
      const answer = answers[wanted] ?? 404;
      const refusal = { status: Number(answer), reason: '', message: 'as told' };
      return typeof answer === 'number'
        ? Promise.reject(new ClusterStatusError('asking', refusal))
        : Promise.resolve(answer);
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  let slept = 0;
  const sleep = (time: number): Promise<void> => {
    slept += time;
    return Promise.resolve();
  };
  const awaited = { resource: claim, ref };
  const unready = await waitUntilReady([awaited], milliseconds, { cluster, log: silentLog, sleep });
  return { why: unready.get(awaited), slept, asked };
}

describe('waiting for a claim', () => {
  const pods = '/api/v1/namespaces/shop/pods';

  it('ends at once where the volume waits for a pod, and there is none', async () => {
    const { why, slept } = await wait({ [claimsPath]: claim, ...bindsLate, [pods]: { items: [] } });
    expect([why, slept]).toEqual([undefined, 0]);
  });

  it('continues when a pod uses it', async () => {
    const { why, slept } = await wait({
      [claimsPath]: claim,
      ...bindsLate,
      [pods]: { items: [userOfClaim] },
    });
    expect([why, slept]).toEqual(['the claim is Pending', 3000]);
  });

  it('says what warnings say of it, and nothing of what it may not see', async () => {
    const events = '/api/v1/namespaces/shop/events';
    const items = [{ metadata: { name: 'e', namespace: 'shop' }, reason: 'ProvisioningFailed', message: 'no room' }];
    const seen = await wait({ [claimsPath]: claim, [events]: { items } });
    expect(seen.why).toBe('the claim is Pending; ProvisioningFailed: no room');
    expect(seen.asked.at(-1)).toBe(
      `${events}involvedObject.name=data,involvedObject.kind=PersistentVolumeClaim,type=Warning`,
    );
    expect((await wait({ [claimsPath]: claim, [events]: 403 })).why).toBe('the claim is Pending');
  });

  it('gives up at once on what was lost or may not be seen, and reports what is gone', async () => {
    const lost = { ...claim, status: { phase: 'Lost' } };
    expect(await wait({ [claimsPath]: lost })).toMatchObject({ why: 'the claim is Lost', slept: 0 });
    expect(await wait({ [claimsPath]: 403 })).toMatchObject({ slept: 0 });
    expect((await wait({})).why).toBe('it is not there any more');
  });
});
