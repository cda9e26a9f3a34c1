import type { Workspace } from '../../runtime/define-task.ts';

/** Where a task that talks to a cluster finds its credentials. */
export const kubeconfigWorkspace = {
  flag: 'kubeconfig',
  optional: true,
  readOnly: true,
  description:
    'Folder that holds the file `kubeconfig`, or that file. Not bound: the service account of the pod, elsewhere ' +
    '$KUBECONFIG or ~/.kube/config.',
} as const satisfies Workspace;
