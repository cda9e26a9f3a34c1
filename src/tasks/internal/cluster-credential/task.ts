import { readClusterSecret } from '../../../adapters/kube/connect.ts';
import { assertMayReceiveToken } from '../../../domain/kubeconfig/cluster-trust.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { required } from '../../shared/param-kinds.ts';

export const clusterCredential = defineTask({
  name: 'cluster-credential',
  summary: 'print the token of a cluster Secret for kubectl',
  family: 'internal',
  stage: 'connect',
  description:
    'The program behind the exec entries that crane-kubeconfig-generator writes. It reads the Secret with the rights ' +
    'of its own pod and prints an ExecCredential (client.authentication.k8s.io/v1). It refuses a caller that connects ' +
    'to another server than that of the Secret, or trusts another authority; kubectl passes both in ' +
    'KUBERNETES_EXEC_INFO. Not meant to be called by people.',
  examples: ['cluster-credential --cluster-secret=source-cluster --namespace=shop'],
  params: {
    'cluster-secret': required('Name of a Secret with the keys `url` and `token`.'),
    namespace: required('Namespace of the Secret.'),
  },
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { log, environment, signal }) => {
    const place = { name: params['cluster-secret'], namespace: params.namespace };
    const info = parseExecInfo(environment['KUBERNETES_EXEC_INFO'] ?? '');
    const secret = await readClusterSecret(place, { log, environment, signal });
    assertMayReceiveToken(info, { secret, place }, (base64) => Buffer.from(base64, 'base64').toString('utf8'));
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: secret.token.reveal() },
    };
    return {
      items: [],
      results: {},
      summary: `gave the token of Secret ${place.namespace}/${place.name}`,
      stdout: JSON.stringify(credential) + '\n',
    };
  },
});

function parseExecInfo(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TaskError('invalid-param', 'reading KUBERNETES_EXEC_INFO: expected JSON', {
      remedy: 'Let kubectl or another client-go program start this program.',
      cause: error,
    });
  }
}
