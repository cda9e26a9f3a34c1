import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { deployParams } from '../../shared/deploy-params.ts';
import { required, toggle } from '../../shared/param-kinds.ts';
import { clusterParams, commonParams } from '../../shared/params.ts';
import { changeParams, placeParams } from '../../shared/releases.ts';
import {
  caBundleWorkspace,
  chartAuthWorkspace,
  kubeconfigWorkspace,
  registryAuthWorkspace,
} from '../../shared/workspaces.ts';

export const appDeployParams = {
  ...placeParams,
  app: commonParams.app,
  image: required('Image of the application, host/path[:tag][@digest]. With a digest, the tag is ignored.'),
  ...deployParams,
  'registry-tls-verify': toggle(
    true,
    'Whether the certificates of registries are verified. "false" also allows plain HTTP and is repeated in the report.',
  ),
  'dry-run': clusterParams['dry-run'],
  ...changeParams,
} as const satisfies Params;

export const appDeployWorkspaces = {
  deployment: {
    flag: 'deployment-dir',
    defaultPath: '.',
    description: 'Folder for the report.',
  },
  values: {
    flag: 'values',
    optional: true,
    readOnly: true,
    description:
      'Folder with a file values.yaml, or that file: values of the chart that the params do not give, for example those ' +
      'that app-export wrote.',
  },
  charts: {
    flag: 'charts-dir',
    optional: true,
    readOnly: true,
    description: 'Folder with charts that chart names.',
  },
  kubeconfig: kubeconfigWorkspace,
  'registry-auth': registryAuthWorkspace,
  'chart-auth': chartAuthWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const appDeployResults = {
  release: 'Name of the Helm release: that of the application, or the one that Epinio made for it.',
  revision: 'Revision of the release.',
  urls: 'URLs of the routes, separated by commas.',
} as const;
