import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { required, toggle } from '../../shared/param-kinds.ts';

export const generatorParams = {
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
} as const satisfies Params;

export const generatorWorkspaces = {
  kubeconfig: {
    flag: 'kubeconfig',
    defaultPath: 'kubeconfig',
    description: 'Folder with the file `kubeconfig`, which is made when missing, or that file.',
  },
} as const satisfies Workspaces;

export const generatorResults = {
  'cluster-uid':
    'UID of the namespace kube-system of that cluster, by which later tasks recognise it; empty when the account may ' +
    'not read it. No newline.',
  'kubeconfig-digest':
    'sha256 digest of what the kubeconfig says about the context, `sha256:<hex>`, for the param kubeconfig-digest of ' +
    'other tasks: these refuse a context that was changed. No newline.',
} as const;
