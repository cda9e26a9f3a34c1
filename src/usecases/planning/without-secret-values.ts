import type { Cluster } from '../../domain/kube/cluster.ts';
import { secretsWithoutValues, secretTableType } from '../../domain/kube/secret-table.ts';

const secretLists = /^\/api\/v1\/(?:namespaces\/[^/]+\/)?secrets$/;

/** The same connection, whose lists of Secrets have names, types and metadata only: no value leaves the API server. */
export function withoutSecretValues(cluster: Cluster): Cluster {
  return {
    redactor: cluster.redactor,
    contextName: cluster.contextName,
    server: cluster.server,
    request: async (request) => {
      if ((request.method ?? 'GET') !== 'GET' || !secretLists.test(request.path)) return cluster.request(request);
      return secretsWithoutValues(await cluster.request({ ...request, accept: secretTableType }));
    },
    token: () => cluster.token(),
    close: () => cluster.close(),
  };
}
