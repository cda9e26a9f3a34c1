import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { required, toggle } from '../../shared/param-kinds.ts';

export const generatorParams = {
  'cluster-secret': required(
    'Name of a Secret in the namespace of the pod. Required keys: `url` (address of the API server) and `token`. ' +
      'Optional keys, with the names of a kubeconfig: `ca.crt` or `ca` (PEM), `insecure-skip-tls-verify`, `proxy-url` ' +
      "and `tls-server-name`. Without an authority, the pod's own authority is used for the pod's own API server, else " +
      'those of the system. The service account of the pod must be allowed to get the Secret.',
  ),
  'context-name': required(
    'Name of the context to add. An existing context of this name is replaced. It becomes the current context only if ' +
      'there is none.',
  ),
  'embed-token': toggle(
    false,
    'Whether the token is written into the kubeconfig in clear text, for programs that cannot run crane-tasks. ' +
      '"false": the token remains in the Secret.',
  ),
  'insecure-skip-tls-verify': toggle(
    false,
    'Whether the certificate of the server is not verified, here and in tasks that get the result kubeconfig-digest. ' +
      'To disable it for all tasks, set the key `insecure-skip-tls-verify` of the Secret to "true". "false": the server ' +
      'must have a certificate of a trusted authority, unless the Secret disables the check.',
  ),
} as const satisfies Params;

export const generatorWorkspaces = {
  kubeconfig: {
    flag: 'kubeconfig',
    defaultPath: 'kubeconfig',
    description: 'Folder with the file `kubeconfig`, or that file. The file is created if it does not exist.',
  },
} as const satisfies Workspaces;

export const generatorResults = {
  'cluster-uid':
    'UID of the namespace kube-system of that cluster, by which later tasks recognise it; empty if the account may ' +
    'not read it.',
  'kubeconfig-digest':
    'sha256 digest of the entry of the context in the kubeconfig, `sha256:<hex>`, for the param kubeconfig-digest of ' +
    'other tasks: they refuse a context that was changed.',
} as const;
