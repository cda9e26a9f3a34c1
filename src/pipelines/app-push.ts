import { definePipeline, param, result, stage } from './definition/define-pipeline.ts';
import { deployPipelineParams, summaryStage } from './common.ts';

const registryAuth = { workspace: 'registry-auth' } as const;
const chartAuth = { workspace: 'chart-auth' } as const;
const caBundle = { workspace: 'ca-bundle' } as const;

const fetched = stage('fetch', 'source-fetch', {
  params: { app: param('app'), namespace: param('namespace'), 'blob-id': param('blob-id') },
  workspaces: { source: 'source', 's3-connection': { workspace: 's3-connection' }, 'ca-bundle': caBundle },
});

const unpacked = stage('unpack', 'source-unpack', {
  params: { archive: result(fetched, 'archive') },
  workspaces: { source: 'source' },
});

const built = stage('build', 'buildpacks-build', {
  after: [unpacked.name],
  params: {
    image: param('image'),
    'builder-image': param('builder-image'),
    'run-image': param('run-image'),
    'cache-image': param('cache-image'),
    environment: param('environment'),
    'allow-account-secrets': param('allow-account-secrets'),
  },
  workspaces: {
    source: 'source',
    cache: 'cache',
    bindings: { workspace: 'bindings' },
    'registry-auth': registryAuth,
    'ca-bundle': caBundle,
  },
});

const deployed = stage('deploy', 'app-deploy', {
  params: {
    app: param('app'),
    namespace: param('namespace'),
    // By digest: the pods run what was built, and are not restarted when nothing changed.
    image: [result(built, 'IMAGE_URL'), '@', result(built, 'IMAGE_DIGEST')],
    chart: param('chart'),
    'system-namespace': param('system-namespace'),
    'pull-registry': param('pull-registry'),
    routes: param('routes'),
    'no-routes': param('no-routes'),
    domain: param('domain'),
    instances: param('instances'),
    environment: param('environment'),
    'environment-secret': param('environment-secret'),
    configurations: param('configurations'),
    'service-account': param('service-account'),
    'image-pull-secrets': param('image-pull-secrets'),
    'ingress-class': param('ingress-class'),
    'tls-issuer': param('tls-issuer'),
    'health-path': param('health-path'),
    settings: param('settings'),
    'stall-timeout': param('stall-timeout'),
  },
  workspaces: {
    deployment: 'deployment',
    kubeconfig: { workspace: 'kubeconfig' },
    'registry-auth': registryAuth,
    'chart-auth': chartAuth,
    'ca-bundle': caBundle,
  },
});

export const appPush = definePipeline({
  name: 'app-push',
  displayName: 'Build and deploy an application',
  catalog: {
    categories: 'Build Tools, Deployment',
    tags: 'application, buildpacks, helm, source',
    hubCategory: 'integration-delivery',
  },
  description:
    'Downloads the source of an application from an object storage, unpacks it, builds an image with Cloud Native ' +
    'Buildpacks, pushes the image to a registry, and deploys it as a Helm release. Each step is a task of its own with ' +
    'its own log. A task does not start after an earlier one failed. The command app-push uploads a folder and starts a ' +
    'run.',
  params: [
    ...(['app', 'namespace', 'blob-id', 'image', 'builder-image', 'run-image', 'cache-image'] as const),
    'allow-account-secrets',
    ...deployPipelineParams,
    'stall-timeout',
    'print-reports',
  ],
  workspaces: ['shared-data', 's3-connection', 'registry-auth', 'chart-auth', 'bindings', 'kubeconfig', 'ca-bundle'],
  results: {
    urls: { description: 'URLs of the routes, separated by commas.', value: result(deployed, 'urls') },
    release: { description: 'Name of the Helm release.', value: result(deployed, 'release') },
    revision: { description: 'Revision of the release.', value: result(deployed, 'revision') },
    IMAGE_URL: { description: 'Image that was built, for Tekton Chains.', value: result(built, 'IMAGE_URL') },
    IMAGE_DIGEST: { description: 'Digest of the image, for Tekton Chains.', value: result(built, 'IMAGE_DIGEST') },
  },
  stages: [fetched, unpacked, built, deployed],
  finally: [summaryStage],
});
