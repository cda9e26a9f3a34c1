import type { Cluster } from '../../src/domain/kube/cluster.ts';
import { Redactor } from '../../src/domain/core/secret.ts';

/** A cluster that answers each request in this way, without a token. */
export function aClusterWith(request: Cluster['request']): Cluster {
  return {
    redactor: new Redactor(),
    contextName: 'destination',
    server: 'https://destination.test',
    request,
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
