import type { Cluster } from '../../src/domain/kube/cluster.ts';

/** A cluster that answers each request in this way, without a token. */
export function aClusterWith(request: Cluster['request']): Cluster {
  return {
    contextName: 'destination',
    server: 'https://destination.test',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
