import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { optional, toggle } from '../../shared/param-kinds.ts';
import { registryStoreParams } from '../../shared/export-registries.ts';
import { exportedWorkspace } from '../../shared/exported-folder.ts';
import { imageTargetParams } from '../../shared/image-target.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';

export const appPublishParams = {
  release: optional(
    'Name of the release, if the workspace has its export in a folder of this name. Empty: the workspace is that folder.',
  ),
  registry: optional(
    'Name of a registry of `app registries list`: its Secret has the address, the path, the login and the certificates. ' +
      'Give this or destination-registry.',
  ),
  'destination-registry': optional(
    'Registry that gets the images and the chart, host or host:port. Logins and certificates come from the workspaces.',
  ),
  ...imageTargetParams,
  'chart-name': optional(
    'Name of the chart at the destination. Empty: its own name; for Epinio <namespace>-<app>-chart.',
  ),
  'chart-version': optional('Version of the chart at the destination, semantic. Empty: its own; for Epinio 0.0.0.'),
  namespace: optional(
    'Namespace of an application of Epinio, the first part of its default names. Empty: no first part.',
  ),
  ...registryStoreParams,
  'dry-run': toggle(false, 'Whether all steps are only checked: nothing is pushed.'),
} as const satisfies Params;

export const appPublishWorkspaces = {
  app: exportedWorkspace,
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const appPublishResults = {
  chart: 'Address of the chart, oci://host/path.',
  'chart-version': 'Version of the chart.',
  'chart-digest': 'Digest of the manifest of the chart.',
  IMAGES: 'Images at the destination by digest, one in each line, as Tekton Chains reads it.',
} as const;
