import { basename, dirname } from 'node:path';

import { digestOfContext } from '../../../adapters/kube/choose-context.ts';
import { connectOwnCluster, connectWithSecret, readClusterSecret } from '../../../adapters/kube/connect.ts';
import { kubeconfigFileOf } from '../../../adapters/kube/kubeconfig-files.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { whileLocked } from '../../../adapters/files/lock-file.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { sealingRecipientIn } from '../../../domain/kubeconfig/kubeconfig-entry.ts';
import { parseKubeconfig, selectContext } from '../../../domain/kubeconfig/kubeconfig.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { generateKubeconfig } from '../../../usecases/kubeconfig/generate-kubeconfig.ts';
import { ensureSealingKey } from '../../shared/sealing-key.ts';
import { generatorParams, generatorWorkspaces, generatorResults } from './params.ts';

export const craneKubeconfigGenerator = defineTask({
  name: 'crane-kubeconfig-generator',
  summary: 'add a context for a cluster, described by a Secret, to a kubeconfig',
  family: 'crane',
  stage: 'connect',
  description:
    'Reads a Secret in the namespace of the pod, checks that its token works, and adds a context for that cluster to ' +
    'the kubeconfig. Other contexts are kept. The token remains in the Secret: the kubeconfig gets an exec entry. ' +
    'These programs, and kubectl where crane-tasks is on the PATH, read the token through it when they need it, with ' +
    'the rights of their own pod. If the key that crane-export seals Secrets for does not exist, it is created as the ' +
    'Secret crane-tasks-sealing-key in the namespace of the pod. The kubeconfig holds its public half. It can be run ' +
    'again and in parallel.',
  examples: ['crane-kubeconfig-generator --cluster-secret=source-cluster --context-name=source'],
  params: generatorParams,
  workspaces: generatorWorkspaces,
  results: generatorResults,
  reasons: ['kubeconfig'],
  run: async ({ params, workspaces }, { log, environment, signal }) => {
    const options = { log, environment, signal };
    const file = await kubeconfigFileOf(workspaces.kubeconfig);
    const home = await connectOwnCluster(options);
    await home.cluster.close();
    const secret = { name: params['cluster-secret'], namespace: home.namespace === '' ? 'default' : home.namespace };
    const { 'insecure-skip-tls-verify': insecureSkipTlsVerify, 'context-name': contextName } = params;
    return generateKubeconfig(
      { secret, contextName, insecureSkipTlsVerify, embedToken: params['embed-token'] },
      {
        readSecret: () => readClusterSecret(secret, options),
        connect: (found) => connectWithSecret(found, { ...options, name: contextName, insecureSkipTlsVerify }),
        ensureRecipient: async () => (await ensureSealingKey(options)).recipient,
        folder: openFolder(dirname(file)),
        file: basename(file),
        whileLocked: (action) => whileLocked(file, action),
        digestOf: (config, name) => {
          const parsed = parseKubeconfig(config, { file, folder: dirname(file) });
          return digestOfContext(selectContext(parsed, name, file), sealingRecipientIn(config));
        },
        yaml: yamlCodec,
        log,
      },
    );
  },
});
