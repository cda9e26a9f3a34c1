import { join } from 'node:path';

import { connectCluster } from '../adapters/cluster/connect.ts';
import { sha256Of } from '../adapters/files/digest.ts';
import { openFolder } from '../adapters/files/local-folder.ts';
import { stagingIn } from '../adapters/files/stage-folders.ts';
import { writePartsAtomic } from '../adapters/files/write-parts.ts';
import { keepHeapSmall } from '../adapters/memory/keep-heap-small.ts';
import { yamlCodec } from '../adapters/yaml/yaml-codec.ts';
import { defineTask } from '../runtime/define-task.ts';
import { exportNamespace } from '../usecases/export-namespace.ts';
import { secretsModeOf } from '../usecases/export/keep-secrets.ts';
import { openSecrets } from './wiring/export-secrets.ts';
import { kubeconfigWorkspace } from './wiring/workspaces.ts';

export const craneExport = defineTask({
  name: 'crane-export',
  summary: 'write every object of a namespace into a folder, one file each',
  description:
    'Finds out which kinds the cluster serves, lists all namespaced ones that can be listed, read, created and deleted, and ' +
    'writes each object as resources/<namespace>/<Kind>_<group>_<version>_<namespace>_<name>.yaml, whole as the API server ' +
    'gave it, Secrets sealed. Events stay behind. index.json names each file with its digest. A kind that cannot be read ' +
    'is recorded under failures/<namespace>/ and makes the task end with exit code 4. Running again replaces the export.',
  examples: [
    'crane-export --context=source --namespace=shop',
    'crane-export --context=source --namespace=shop --export-dir=/tmp/shop --allow-forbidden=secrets,*.metrics.k8s.io',
  ],
  params: {
    context: {
      type: 'string',
      description:
        "Name of the kubeconfig context of the source cluster. Required; an empty value means the kubeconfig's current " +
        "context, or the pod's own service account when no kubeconfig is bound.",
    },
    namespace: {
      type: 'string',
      description: 'Namespace to export. Required; it must exist.',
    },
    'allow-forbidden': {
      type: 'string',
      default: '',
      description:
        'Comma-separated kinds that may be missing because the account may not list them, as plural or plural.group, for ' +
        'example "secrets,roles.rbac.authorization.k8s.io". "*.group" lets a whole group be missing for whatever reason, ' +
        'an API that does not answer included. Empty: every kind must be readable.',
    },
    'label-selector': {
      type: 'string',
      default: '',
      description: 'Label selector that objects must match, as kubectl takes it. Empty: all objects.',
    },
    secrets: {
      type: 'string',
      default: 'seal',
      choices: ['seal', 'include', 'skip'],
      description:
        '`seal`: Secrets are written with their values encrypted (age), for the tasks that apply to open. `include`: they are ' +
        'written in the clear, for whoever reads the folder. `skip`: they are left out, and the report names each.',
    },
    'secrets-recipient': {
      type: 'string',
      default: '',
      description:
        'Recipient (age1…) to seal Secrets for. Empty: the key of the runs, which is made when there is none: the Secret ' +
        'crane-tasks-sealing-key in the namespace of the run; outside a pod the file crane-tasks/identity below ' +
        '$XDG_CONFIG_HOME or ~/.config.',
    },
  },
  workspaces: {
    export: {
      flag: 'export-dir',
      defaultPath: 'export',
      description: 'Folder that gets the export: resources/, failures/, reports/ and index.json.',
    },
    kubeconfig: kubeconfigWorkspace,
    'ca-bundle': {
      flag: 'ca-bundle',
      optional: true,
      readOnly: true,
      description:
        "Folder with PEM files (*.crt, *.pem), or such a file: authorities to trust besides the kubeconfig's own.",
    },
  },
  results: {
    'resource-count': 'How many objects were written. No newline.',
    'failure-count':
      'How many kinds and single objects could not be read, those allowed by param not counted. No newline.',
    'index-digest': 'sha256 digest of index.json, `sha256:<hex>`; empty when there is none. No newline.',
  },
  reportIn: 'export',
  run: async ({ params, workspaces }, { log, environment, signal }) => {
    keepHeapSmall();
    const { context, namespace, 'secrets-recipient': recipient } = params;
    const mode = secretsModeOf(params.secrets);
    const { kubeconfig, 'ca-bundle': caBundle } = workspaces;
    const cluster = await connectCluster({ kubeconfig, context, environment, log, signal, caBundle });
    const folder = openFolder(workspaces.export);
    const ports = {
      ...{ cluster, folder, log, yaml: yamlCodec, sha256: sha256Of },
      stage: stagingIn(folder.path),
      openSecrets: () =>
        openSecrets({ mode, recipient, kubeconfig }, { folder, yaml: yamlCodec }, { log, environment, signal }),
      writeParts: (path: string, parts: Iterable<string>) => writePartsAtomic(join(folder.path, path), parts),
    };
    try {
      return await exportNamespace(
        { namespace, allowForbidden: params['allow-forbidden'], labelSelector: params['label-selector'] },
        ports,
      );
    } finally {
      await cluster.close();
    }
  },
});
