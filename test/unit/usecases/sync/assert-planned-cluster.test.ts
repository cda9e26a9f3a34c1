import { describe, expect, it } from 'vitest';

import { ClusterStatusError } from '../../../../src/domain/clusters/status-error.ts';
import type { Cluster } from '../../../../src/usecases/ports.ts';
import { assertPlannedCluster } from '../../../../src/usecases/sync/assert-planned-cluster.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, progress: () => undefined };

function clusterThat(request: Cluster['request']): Cluster {
  return {
    contextName: 'source',
    server: 'https://api.example',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

describe('assertPlannedCluster', () => {
  const cluster = clusterThat(() => Promise.resolve({ metadata: { uid: 'one' } }));

  it('accepts the cluster of the plan', async () => {
    await assertPlannedCluster(cluster, 'one', silent);
  });

  it('refuses another cluster', async () => {
    await expect(assertPlannedCluster(cluster, 'two', silent)).rejects.toMatchObject({ code: 'wrong-cluster' });
  });

  it('lets an account pass that may not look', async () => {
    const forbidden = new ClusterStatusError('GET', { status: 403, reason: 'Forbidden', message: 'no' });
    await assertPlannedCluster(
      clusterThat(() => Promise.reject(forbidden)),
      'two',
      silent,
    );
  });

  it('does not let a cluster pass that cannot be reached', async () => {
    const gone = clusterThat(() => Promise.reject(new TypeError('unreachable')));
    await expect(assertPlannedCluster(gone, 'two', silent)).rejects.toThrow('unreachable');
  });
});
