import { describe, expect, it } from 'vitest';

import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { readCapabilities } from '../../../../src/usecases/app/read-capabilities.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { releaseScene } from '../../../fakes/release-scene.ts';

function clusterWith(answer: (path: string) => unknown) {
  const { cluster } = releaseScene().ports;
  return { ...cluster, request: ({ path }: ClusterRequest) => Promise.resolve().then(() => answer(path)) };
}
const pods = { resource: 'pods', responseKind: { kind: 'Pod' }, scope: 'Namespaced', verbs: ['list'] };

describe('readCapabilities', () => {
  it('reads the version and the APIs', async () => {
    const core = { metadata: {}, versions: [{ version: 'v1', resources: [pods] }] };
    const cluster = clusterWith((path) =>
      path === '/version'
        ? { gitVersion: 'v1.31.2' }
        : { kind: 'APIGroupDiscoveryList', items: path === '/api' ? [core] : [] },
    );
    expect(await readCapabilities(cluster)).toEqual({ kubeVersion: 'v1.31.2', apiVersions: ['v1', 'v1/Pod'] });
  });

  it('leaves to helm what the account may not read, and refuses a login that is not valid', async () => {
    const refused = (status: number) =>
      clusterWith(() => {
        throw refusal(status, 'Refused', 'refused');
      });
    expect(await readCapabilities(refused(403))).toEqual({ kubeVersion: undefined, apiVersions: [] });
    expect((await thrownBy(() => readCapabilities(refused(401)))).code).toBe('unauthorized');
  });
});
