import { basename, dirname } from 'node:path';

import { digestOfContext } from '../../../adapters/kube/choose-context.ts';
import { connectHomeCluster, connectWithSecret, readClusterSecret } from '../../../adapters/kube/connect.ts';
import { kubeconfigFileOf } from '../../../adapters/kube/kubeconfig-files.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { whileLocked } from '../../../adapters/files/lock-file.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { sealingRecipientIn } from '../../../domain/kubeconfig/kubeconfig-entry.ts';
import { parseKubeconfig, selectContext } from '../../../domain/kubeconfig/kubeconfig.ts';
import { defineTask } from '../../../runtime/define-task.ts';
import { generateKubeconfig } from '../../../usecases/kubeconfig/generate-kubeconfig.ts';
import { ensureSealingKey } from '../../shared/sealing-key.ts';
import { required, toggle } from '../../shared/param-kinds.ts';

export const craneKubeconfigGenerator = defineTask({
  name: 'crane-kubeconfig-generator',
  summary: 'add a context for another cluster, described by a Secret, to a kubeconfig',
  family: 'crane',
  stage: 'connect',
  description:
    'Reads a Secret of the own namespace, proves that its token works, and adds a context for that cluster to the kubeconfig, ' +
    'keeping all others. The token itself stays in the Secret: the kubeconfig holds an exec entry, with which these programs ' +
    '(and kubectl where the program crane-tasks is in the path) read it when they need it, with the rights of their own pod. ' +
    'Makes the key that crane-export seals Secrets for when there is none: the Secret crane-tasks-sealing-key of the own ' +
    'namespace, whose public half the kubeconfig tells. ' +
    'Can be run again and side by side.',
  examples: ['crane-kubeconfig-generator --cluster-secret=source-cluster --context-name=source'],
  params: {
    'cluster-secret': required(
      "Name of a Secret in the pod's own namespace with the keys `url` (address of the API server), `token`, and optionally " +
        "`ca.crt` or `ca` (PEM; absent: the pod's own authority for the pod's own API server, else the system's), " +
        '`insecure-skip-tls-verify`, `proxy-url` and `tls-server-name`, as in a kubeconfig. The service account of the pod must ' +
        'be allowed to get it.',
    ),
    'context-name': required(
      'Name of the context to add; one that exists is replaced. It becomes the current context only if there is none.',
    ),
    'embed-token': toggle(
      false,
      '"true" writes the token into the kubeconfig in clear text, for programs that cannot run crane-tasks. "false": the token ' +
        'stays in the Secret.',
    ),
    'insecure-skip-tls-verify': toggle(
      false,
      '"true" switches the check of the server\'s certificate off, here and for tasks that get the result kubeconfig-digest. ' +
        'For all tasks: set the key `insecure-skip-tls-verify` of the Secret to "true". "false": the server must show a ' +
        'certificate of a trusted authority, unless the Secret says otherwise.',
    ),
  },
  workspaces: {
    kubeconfig: {
      flag: 'kubeconfig',
      defaultPath: 'kubeconfig',
      description: 'Folder with the file `kubeconfig`, which is made when missing, or that file.',
    },
  },
  results: {
    'cluster-uid':
      'UID of the namespace kube-system of that cluster, by which later tasks recognise it; empty when the account may ' +
      'not read it. No newline.',
    'kubeconfig-digest':
      'sha256 digest of what the kubeconfig says about the context, `sha256:<hex>`, for the param kubeconfig-digest of ' +
      'other tasks: these refuse a context that was changed. No newline.',
  },
  run: async ({ params, workspaces }, { log, environment, signal }) => {
    const options = { log, environment, signal };
    const file = await kubeconfigFileOf(workspaces.kubeconfig);
    const home = await connectHomeCluster(options);
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
        toBase64: (text) => Buffer.from(text).toString('base64'),
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
