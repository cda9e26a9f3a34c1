import type { Params, Workspaces } from '../../../runtime/define-task.ts';
import { deployParams } from '../../shared/deploy-params.ts';
import { gitSourceParams } from '../../shared/git-params.ts';
import { optional, seconds, toggle } from '../../shared/param-kinds.ts';
import { clusterParams, kubeconfigDigestParam } from '../../shared/params.ts';
import { changeParams } from '../../shared/releases.ts';
import {
  caBundleWorkspace,
  chartAuthWorkspace,
  gitCredentialsWorkspace,
  kubeconfigWorkspace,
  s3ConnectionWorkspace,
} from '../../shared/workspaces.ts';
import { buildParams as taskBuildParams } from '../../app/buildpacks-build/params.ts';
import { uploadParams } from '../../app/source-upload/params.ts';

/** What is built, and where the image is pushed to. */
const buildParams = {
  image: optional(
    'Image of the application, host/path[:tag][@digest]. It is deployed without a build. Empty: the source is built.',
  ),
  'destination-registry': optional('Registry that gets the images, host or host:port. Required for a build.'),
  'destination-path': optional('Path below the host, for example team. Empty: none.'),
  'builder-image': optional(
    'Image with the buildpacks and the lifecycle that build the application. Empty: the builder in epinio.yml.',
  ),
  'run-image': optional('Image that the built image is based on. Empty: that of the builder.'),
  'cache-image': optional('Image that keeps the cache of the build. Empty: the cache is on the volume of the run.'),
  'allow-account-secrets': taskBuildParams['allow-account-secrets'],
} as const satisfies Params;

/** The PipelineRun and what it uses. */
const runParams = {
  'run-namespace': optional('Namespace of the PipelineRun. Empty: that of the application.'),
  'run-service-account': { type: 'string', default: 'crane-tasks', description: 'ServiceAccount of the PipelineRun.' },
  'storage-secret': {
    type: 'string',
    default: 'epinio-s3-connection-details',
    description: 'Secret in the namespace of the PipelineRun with the connection to the object storage.',
  },
  'registry-secret': optional(
    'Secret of type kubernetes.io/dockerconfigjson in the namespace of the PipelineRun. Empty: registries need no login.',
  ),
  'chart-secret': optional(
    'Secret of type kubernetes.io/basic-auth in the namespace of the PipelineRun with the login for a chart repository. ' +
      'Empty: it needs no login.',
  ),
  'ca-config-map': optional(
    'ConfigMap in the namespace of the PipelineRun with certificate authorities in `ca.crt`. Empty: those of the system.',
  ),
  claim: optional(
    'PersistentVolumeClaim in the namespace of the PipelineRun that keeps the cache of the build. Empty: the run gets a ' +
      'volume of its own.',
  ),
  'volume-size': { type: 'string', default: '2Gi', description: 'Size of the volume of the run.' },
  'storage-class': optional('StorageClass of the volume of the run. Empty: the default class.'),
  'run-timeout': seconds(
    { fallback: 86_400, minimum: 1 },
    'Seconds that the PipelineRun may take. Then Tekton ends it with its pods, as for a build that hangs.',
  ),
  'fs-group': {
    type: 'string',
    default: '1000',
    description:
      'Group of the files on the volume of the run: CNB_GROUP_ID of the builder, which most builders set to 1000. Empty: ' +
      'the platform assigns one.',
  },
} as const satisfies Params;

export const pushParams = {
  folder: {
    ...optional('Folder with epinio.yml and the source, or an archive with the source. Empty: the current folder.'),
    isWord: true,
  },
  path: optional('Folder or archive with the source, instead of the origin in epinio.yml. Empty: that origin.'),
  git: {
    ...gitSourceParams.git,
    description:
      'Address of a Git repository with the source, https or ssh, without credentials: URL or URL,REVISION. Empty: the ' +
      'origin in epinio.yml.',
  },
  'git-revision': {
    ...gitSourceParams['git-revision'],
    description:
      'Branch, tag or commit id of the source in the Git repository. Empty, without --git: that in epinio.yml. Else: ' +
      'the default branch of the repository.',
  },
  'git-config': optional(
    'Secret of Epinio with a login for the Git repository, in the namespace system-namespace. Empty, ' +
      'without --git: that in epinio.yml, if any.',
  ),
  manifest: optional('File with the description of the application. Empty: epinio.yml in the folder, if there is one.'),
  app: optional('Name of the application. Empty: the name in epinio.yml.'),
  namespace: optional('Namespace of the application. Empty: that in epinio.yml, else that of the context.'),
  context: clusterParams.context,
  ...kubeconfigDigestParam,
  ...deployParams,
  ...buildParams,
  ignore: uploadParams.ignore,
  'use-gitignore': uploadParams['use-gitignore'],
  'dry-run': toggle(false, 'Whether files, bytes and rules are only listed, and nothing is changed.'),
  ...runParams,
  'stall-timeout': changeParams['stall-timeout'],
  'wait-timeout': seconds({ fallback: 60 }, 'Seconds to wait for another push of the application.'),
  timeout: seconds({ fallback: 86_400, minimum: 1 }, 'Seconds to follow the run at most. The run itself continues.'),
} as const satisfies Params;

export const pushWorkspaces = {
  kubeconfig: kubeconfigWorkspace,
  's3-connection': {
    ...s3ConnectionWorkspace,
    defaultPath: '',
    optional: true,
    description:
      'Folder with the connection to the object storage, for another address than in the cluster. Without it: the ' +
      'connection in the Secret that storage-secret names.',
  },
  'chart-auth': {
    ...chartAuthWorkspace,
    description:
      'Folder with the login for a chart repository, for an image that is deployed without a build. A run gets the login ' +
      'from the Secret that chart-secret names.',
  },
  'git-credentials': {
    ...gitCredentialsWorkspace,
    description:
      'Folder with username and password, or ssh-privatekey and known_hosts, or .git-credentials. ca.crt adds ' +
      'authorities. Without it: the Secret that git-config names, else .git-credentials and .ssh in the home folder.',
  },
  'ca-bundle': caBundleWorkspace,
} as const satisfies Workspaces;

export const pushResults = {
  'blob-id': 'Id of the uploaded source; empty if nothing was uploaded.',
  commit: 'ID of the commit that has the source; empty without a Git repository.',
  'pipeline-run': 'Name of the PipelineRun; empty if an image was deployed without a build.',
  revision: 'Revision of the release.',
  urls: 'URLs of the routes, separated by commas.',
} as const;
