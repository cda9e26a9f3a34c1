import { readClusterSecret } from '../adapters/cluster/connect.ts';
import { defineTask } from '../runtime/define-task.ts';

export const clusterCredential = defineTask({
  name: 'cluster-credential',
  summary: 'print the token of a cluster Secret for kubectl',
  description:
    'The program behind the exec entries that crane-kubeconfig-generator writes: reads the Secret with the rights of the own ' +
    'pod and prints an ExecCredential (client.authentication.k8s.io/v1). Not meant to be called by people.',
  examples: ['cluster-credential --cluster-secret=source-cluster --namespace=shop'],
  params: {
    'cluster-secret': { type: 'string', description: 'Name of a Secret with the keys `url` and `token`.' },
    namespace: { type: 'string', description: 'Namespace of the Secret.' },
  },
  workspaces: {},
  results: {},
  run: async ({ params }, { log, environment, signal }) => {
    const place = { name: params['cluster-secret'], namespace: params.namespace };
    const { token } = await readClusterSecret(place, { log, environment, signal });
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: token.reveal() },
    };
    return {
      items: [],
      results: {},
      summary: `gave the token of Secret ${place.namespace}/${place.name}`,
      stdout: JSON.stringify(credential) + '\n',
    };
  },
});
