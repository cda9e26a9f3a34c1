import type { StringParam, Workspace } from '../../runtime/define-task.ts';

/** Where a task that talks to a cluster finds its credentials. */
export const kubeconfigWorkspace = {
  flag: 'kubeconfig',
  optional: true,
  readOnly: true,
  description:
    'Folder that holds the file `kubeconfig`, or that file. Not bound: the service account of the pod, elsewhere ' +
    '$KUBECONFIG or ~/.kube/config.',
} as const satisfies Workspace;

/** How a task that talks to a cluster recognizes its kubeconfig. */
export const kubeconfigDigestParam = {
  'kubeconfig-digest': {
    type: 'string',
    list: true,
    digests: true,
    default: '',
    description:
      'Digests of the contexts that are used, separated by commas, as crane-kubeconfig-generator reports them in its result ' +
      'kubeconfig-digest: a context that was changed since is refused. Empty: not checked.',
  },
} as const satisfies Readonly<Record<string, StringParam>>;

/** Where a task that reads an export finds it. */
export const exportWorkspace = {
  flag: 'export-dir',
  defaultPath: 'export',
  mountPath: '/var/crane/export',
  readOnly: true,
  description: 'The folder where crane-export stored the resources.',
} as const satisfies Workspace;
