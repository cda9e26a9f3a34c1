import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { buildParams, buildWorkspaces } from '../../app/buildpacks-build/params.ts';

const { source, 'registry-auth': registryAuth, 'build-env': buildEnv, 'ca-bundle': caBundle } = buildWorkspaces;

export const prepareParams = {
  image: buildParams.image,
  'builder-image': buildParams['builder-image'],
  'run-image': buildParams['run-image'],
  'app-folder': buildParams['app-folder'],
  environment: buildParams.environment,
  'previous-image': buildParams['previous-image'],
  'cache-image': buildParams['cache-image'],
  'insecure-registry': buildParams['insecure-registry'],
  'platform-api': buildParams['platform-api'],
  'allow-account-secrets': buildParams['allow-account-secrets'],
} as const satisfies Params;

export const prepareWorkspaces = {
  source,
  'registry-auth': registryAuth,
  'build-env': buildEnv,
  'ca-bundle': caBundle,
  'platform-env': {
    flag: 'platform-env-dir',
    defaultPath: 'platform/env',
    description: 'Folder that gets a file for each environment variable of the build.',
  },
  'lifecycle-auth': {
    flag: 'lifecycle-auth-dir',
    defaultPath: 'lifecycle-auth',
    description: 'Folder that gets config.json with the logins of the phases, and their authorities below ca.',
  },
  prepared: {
    flag: 'prepared-dir',
    defaultPath: 'prepared',
    description: 'Folder that gets the name of the builder with its digest, for the last step.',
  },
  'account-secrets': {
    flag: 'account-secrets-dir',
    optional: true,
    readOnly: true,
    description: 'Folder where Tekton mounts Secrets of the ServiceAccount of the run.',
  },
} as const satisfies Workspaces;
