import { describe, expect, it } from 'vitest';

import { explainRefusal, explainWaiting } from '../../../../src/domain/containerize/helper-refusals.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';

const refusal = (message: string, status = 403) =>
  new ClusterStatusError('POST /api/v1/namespaces/shop/pods', { status, reason: 'Forbidden', message });
const what = 'a pod that reads claim files';

describe('an object of a run that a cluster refuses', () => {
  it.each([
    ['exceeded quota: full, requested: pods=1', 'cluster-refused', /ResourceQuota/, /Raise the quota/],
    ['failed quota: full: must specify limits.cpu', 'cluster-refused', /ResourceQuota/, /Raise the quota/],
    ['violates PodSecurity "restricted:latest"', 'cluster-refused', /does not allow such a pod/, /user id/],
    ['User "u" cannot create resource "pods"', 'forbidden', /cannot create/, /Give the account the rights/],
  ])('for %s', (...[message, code, why, remedy]) => {
    expect(explainRefusal(refusal(message), what)).toMatchObject({
      code,
      message: expect.stringMatching(why) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it('for another reason has that error', () => {
    const conflict = refusal('exists already', 409);
    expect(explainRefusal(conflict, what)).toBe(conflict);
  });
});

const unscheduled = (message: string) => ({
  status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] },
});
const full = '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) did not match node affinity.';
const other = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0';

describe('a pod that does not start', () => {
  it('because its claim is on another node, ends the wait', () => {
    expect(explainWaiting({ status: { phase: 'Pending' } }, { warnings: [other], node: 'one' })).toMatchObject({
      why: `a claim is ReadWriteOnce and in use on another node: ${other}`,
      isFinal: true,
    });
  });

  it('because one pod alone may use its claim, ends the wait', () => {
    const message = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
    expect(explainWaiting(unscheduled(message), { warnings: [], node: 'one' })).toMatchObject({
      why: expect.stringContaining('only one pod may use it') as string,
      isFinal: true,
    });
  });

  it('because the node of the claims is full, may start later', () => {
    expect(explainWaiting(unscheduled(full), { warnings: [], node: 'one' })).toMatchObject({
      why: `the claims are in use on node one, which does not take the pod: ${full}`,
      isFinal: false,
    });
  });

  it('has the message of the cluster else', () => {
    expect(explainWaiting(unscheduled(full), { warnings: ['a', 'b'], node: '' })).toMatchObject({ why: `${full}; b` });
    expect(explainWaiting({ status: { phase: 'Pending' } }, { warnings: [], node: 'one' })).toMatchObject({
      why: 'it is still being started',
      isFinal: false,
    });
    expect(explainWaiting({ status: { phase: 'Running' } }, { warnings: [other], node: '' })).toBeUndefined();
  });
});
