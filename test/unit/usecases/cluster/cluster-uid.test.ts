import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { assertClusterUid, readClusterUid } from '../../../../src/usecases/cluster/cluster-uid.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

function clusterThat(request: Cluster['request']): Cluster {
  return {
    redactor: new Redactor(),
    contextName: 'source',
    server: 'https://api.example',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

const one = clusterThat(() => Promise.resolve({ metadata: { name: 'kube-system', uid: 'one' } }));
const forbidding = clusterThat(() =>
  Promise.reject(new ClusterStatusError('GET', { status: 403, reason: 'Forbidden', message: 'no' })),
);
const gone = clusterThat(() => Promise.reject(new TypeError('unreachable')));

describe('the identity of a cluster', () => {
  it('is the UID of its namespace kube-system', async () => {
    expect(await readClusterUid(one)).toBe('one');
  });

  it('is unknown to an account that may not look', async () => {
    expect(await readClusterUid(forbidding)).toBeUndefined();
  });

  it('is not the UID of another namespace', async () => {
    const other = clusterThat(() => Promise.resolve({ metadata: { name: 'default', uid: 'one' } }));
    await expect(readClusterUid(other)).rejects.toMatchObject({ code: 'not-kubernetes' });
  });

  it('lets the expected cluster pass, and any where none is expected', async () => {
    await assertClusterUid(one, { expected: 'one', ifUnreadable: 'refuse' });
    await assertClusterUid(gone, { expected: undefined, ifUnreadable: 'refuse' });
  });

  it('refuses another cluster and names both', async () => {
    const refusal = assertClusterUid(one, { expected: 'two', ifUnreadable: 'accept' });
    await expect(refusal).rejects.toMatchObject({ code: 'wrong-cluster' });
    await expect(refusal).rejects.toThrow(/source .*one.*two/);
  });

  it('refuses or accepts an account that may not look, as asked', async () => {
    await assertClusterUid(forbidding, { expected: 'two', ifUnreadable: 'accept' });
    const refusal = assertClusterUid(forbidding, { expected: 'two', ifUnreadable: 'refuse' });
    await expect(refusal).rejects.toMatchObject({ code: 'wrong-cluster' });
  });

  it('does not let a cluster pass that cannot be reached', async () => {
    await expect(assertClusterUid(gone, { expected: 'two', ifUnreadable: 'accept' })).rejects.toThrow('unreachable');
  });
});
