import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { commonParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { kubeconfigWorkspace } from '../../shared/workspaces.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';

export const registryInfoParams = {
  context: {
    ...required(
      'Name of the kubeconfig context of the cluster. Required; an empty value means the current context. Not used ' +
        'when both addresses are given.',
    ),
    requiredInPod: true,
  },
  strict: toggle(
    false,
    'Whether an address that is neither given nor found ends the task with exit code 2. "false": its result is empty.',
  ),
  internal: optional(
    'Internal address, host or host:port, used in place of the one of the cluster. Empty: read from the cluster.',
  ),
  public: optional(
    'Public address, host or host:port, used in place of the one of the cluster. Empty: read from the cluster.',
  ),
  images: commonParams.images,
  ...kubeconfigDigestParam,
} as const satisfies Params;

export const registryInfoWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
} as const satisfies Workspaces;

export const registryInfoResults = {
  internal: 'Address of the registry inside the cluster, host or host:port; empty when unknown.',
  public: 'Address of the registry outside the cluster, host or host:port; empty when unknown.',
} as const;
