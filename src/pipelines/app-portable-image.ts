import { appContainerizeParams } from '../tasks/app/app-containerize/params.ts';
import { context, definePipeline, param, result, stage } from './definition/define-pipeline.ts';
import { summaryStage } from './common.ts';
import { caBundle, kubeconfig } from './stages/reading.ts';

const source = stage('source-kubeconfig', 'crane-kubeconfig-generator', {
  timeout: '20m',
  params: { 'cluster-secret': param('source-cluster-secret'), 'context-name': context('source') },
  workspaces: kubeconfig,
});

const containerized = stage('containerize', 'app-containerize', {
  writes: true,
  params: {
    workload: param('workload'),
    context: context('source'),
    namespace: param('source-namespace'),
    container: param('container'),
    profile: param('profile'),
    'destination-registry': param('destination-registry'),
    'destination-path': param('destination-path'),
    'export-name': param('export-name'),
    'include-workspace': param('include-workspace'),
    'include-paths': param('include-paths'),
    'exclude-paths': param('exclude-paths'),
    'deny-variables': param('deny-variables'),
    'allow-variables': param('allow-variables'),
    'allow-findings': param('allow-findings'),
    'confirm-public': param('confirm-public'),
    'allow-incomplete': param('allow-incomplete'),
    'others-rights': param('others-rights'),
    snapshots: param('snapshots'),
    'snapshot-class': param('snapshot-class'),
    'read-claims': param('read-claims'),
    'debug-container': param('debug-container'),
    'registry-addresses': param('registry-addresses'),
    'token-registry': param('token-registry'),
    'dry-run': param('dry-run'),
    'kubeconfig-digest': result(source, 'kubeconfig-digest'),
  },
  workspaces: {
    output: 'containerize',
    library: { workspace: 'library' },
    files: { workspace: 'files' },
    ...kubeconfig,
    'registry-auth': { workspace: 'registry-auth' },
    'ca-bundle': caBundle,
  },
});

export const appPortableImage = definePipeline({
  name: 'app-portable-image',
  displayName: 'Move an application into one image',
  catalog: {
    categories: 'Kubernetes',
    tags: 'application, image, export',
    hubCategory: 'integration-delivery',
  },
  description:
    'Makes one image of a running application of a cluster, with its packages, its workspace files and its plain ' +
    'environment variables, and pushes it. The image runs without the cluster and without volumes.',
  params: [
    'source-cluster-secret',
    'source-namespace',
    'workload',
    'container',
    'profile',
    'destination-registry',
    'destination-path',
    'export-name',
    'include-workspace',
    'include-paths',
    'exclude-paths',
    'deny-variables',
    'allow-variables',
    'allow-findings',
    'confirm-public',
    'allow-incomplete',
    'others-rights',
    'snapshots',
    'snapshot-class',
    'read-claims',
    'debug-container',
    'registry-addresses',
    'token-registry',
    'dry-run',
    'print-reports',
  ],
  ownParams: { 'destination-path': appContainerizeParams['destination-path'] },
  workspaces: ['shared-data', 'library', 'files', 'registry-auth', 'ca-bundle'],
  results: {
    image: { description: 'The image with its tag and its digest.', value: result(containerized, 'image') },
    digest: { description: 'Digest of the image.', value: result(containerized, 'digest') },
    export: { description: 'Id of the export.', value: result(containerized, 'export') },
    IMAGES: { description: 'The image by digest, for Tekton Chains.', value: result(containerized, 'IMAGES') },
  },
  stages: [source, containerized],
  finally: [summaryStage],
});
