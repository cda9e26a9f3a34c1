import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { optional, required, toggle } from '../../shared/param-kinds.ts';
import { exportedWorkspace } from '../../shared/exported-folder.ts';
import { imageTargetParams } from '../../shared/image-target.ts';
import { changeParams, placeParams, releaseParams } from '../../shared/releases.ts';
import { caBundleWorkspace, kubeconfigWorkspace, registryAuthWorkspace } from '../../shared/workspaces.ts';

export const appImportParams = {
  ...placeParams,
  release: { ...releaseParams.release, description: 'Name that the Helm release gets.' },
  'destination-registry': required('Registry that gets the images, host or host:port.'),
  ...imageTargetParams,
  domains: {
    type: 'string',
    list: true,
    default: '',
    description:
      'New domains of routes, as old=new, separated by commas: apps.old.example.com=apps.new.example.com also changes ' +
      'web.apps.old.example.com. Values that are a whole host name or http URL change too. Empty: routes are unchanged.',
  },
  'app-name': optional('New value of epinio.appName, which names the objects of the application. Empty: unchanged.'),
  'dry-run': toggle(false, 'Whether all steps are only checked: nothing is pushed and installed.'),
  ...changeParams,
} as const satisfies Params;

export const appImportWorkspaces = {
  app: exportedWorkspace,
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const appImportResults = {
  'image-count': 'Number of images in the archive.',
  revision: 'Revision of the release.',
  urls: 'URLs of the routes, separated by commas.',
  IMAGES: 'Images at the destination by digest, one in each line, as Tekton Chains reads it.',
} as const;
