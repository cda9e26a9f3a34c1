import { context, definePipeline, param, result, stage } from './definition/define-pipeline.ts';
import { namespaceParams, summaryStage } from './common.ts';
import { caBundle, contextsStage, digestOf, kubeconfig } from './stages/reading.ts';

const contexts = contextsStage();
const registryAuth = { workspace: 'registry-auth' } as const;

const exported = stage('export', 'app-export', {
  params: {
    context: context('source'),
    namespace: param('source-namespace'),
    release: param('release'),
    'chart-source': param('chart-source'),
    'system-namespace': param('system-namespace'),
    'extra-images': param('extra-images'),
    platform: param('platform'),
    'registry-addresses': param('registry-addresses'),
    'token-registry': param('token-registry'),
    'kubeconfig-digest': digestOf(contexts, 'source'),
  },
  workspaces: {
    app: 'app',
    ...kubeconfig,
    'registry-auth': registryAuth,
    'chart-auth': { workspace: 'chart-auth' },
    'ca-bundle': caBundle,
  },
});

const imported = stage('import', 'app-import', {
  after: [exported.name],
  writes: true,
  params: {
    context: context('destination'),
    namespace: param('destination-namespace'),
    release: param('release'),
    'destination-registry': param('destination-registry'),
    'destination-path': param('destination-path'),
    'pull-registry': param('pull-registry'),
    domains: param('domains'),
    'if-exists': param('if-exists'),
    'stall-timeout': param('stall-timeout'),
    'kubeconfig-digest': digestOf(contexts, 'destination'),
  },
  workspaces: { app: 'app', ...kubeconfig, 'registry-auth': registryAuth, 'ca-bundle': caBundle },
});

export const appMove = definePipeline({
  name: 'app-move',
  displayName: 'Move a Helm release with its images',
  catalog: {
    categories: 'Kubernetes',
    tags: 'migration, application, helm, images',
    hubCategory: 'integration-delivery',
  },
  description:
    'Exports a Helm release of the source cluster as values, chart and images. Pushes the images to a registry that the ' +
    'destination cluster can pull from. Installs the chart there, with values that name the new images and routes. ' +
    'Secrets, claims and other objects that the chart does not contain are not moved; the report of the export lists ' +
    'them.',
  params: [
    ...namespaceParams,
    'release',
    'destination-registry',
    'destination-path',
    'pull-registry',
    'domains',
    'chart-source',
    'system-namespace',
    'extra-images',
    'platform',
    'registry-addresses',
    'token-registry',
    'if-exists',
    'stall-timeout',
    'print-reports',
  ],
  workspaces: ['shared-data', 'registry-auth', 'chart-auth', 'ca-bundle'],
  results: {
    urls: {
      description: 'URLs of the routes at the destination, separated by commas.',
      value: result(imported, 'urls'),
    },
    revision: { description: 'Revision of the release at the destination.', value: result(imported, 'revision') },
    IMAGES: {
      description: 'Images at the destination by digest, one in each line, for Tekton Chains.',
      value: result(imported, 'IMAGES'),
    },
  },
  stages: [contexts, exported, imported],
  finally: [summaryStage],
});
