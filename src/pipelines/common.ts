import { param, result, stage, type PipelineResult, type StageOf } from './definition/define-pipeline.ts';
import type { PipelineParam } from './definition/params.ts';

export const namespaceParams = [
  'source-cluster-secret',
  'source-namespace',
  'destination-cluster-secret',
  'destination-namespace',
] as const satisfies readonly PipelineParam[];

export const clusterParams = [
  ...namespaceParams,
  'source-registry-internal',
  'source-registry-public',
  'destination-registry-internal',
  'destination-registry-public',
] as const satisfies readonly PipelineParam[];

export const claimParams = [
  'claims',
  'claim-settings',
  'storage-class',
  'storage-class-map',
  'endpoint-type',
  'endpoint-address',
  'subdomain',
  'transfer-image',
  'image-pull-secrets',
  'run-as-user',
] as const satisfies readonly PipelineParam[];

export const imageParams = [
  'images',
  'image-exclude',
  'built-images',
  'mapping-file',
  'registries',
  'allow-problems',
  'allow-forbidden',
  'if-exists',
  'referrers',
  'platforms',
  'create-projects',
] as const satisfies readonly PipelineParam[];

/** Which resources are exported. */
export const exportedParams = [
  'label-selector',
  'include-resources',
  'exclude-resources',
] as const satisfies readonly PipelineParam[];

/** What a user changes in the resources. */
export const changeParams = [
  ...exportedParams,
  'namespace-mapping',
  'modernize',
  'skip-plugins',
] as const satisfies readonly PipelineParam[];

export const verifyParams = ['ready-timeout', 'allow-unready'] as const satisfies readonly PipelineParam[];

/** What a user says about an application that is deployed. */
export const deployPipelineParams = [
  ...(['chart', 'system-namespace', 'pull-registry', 'routes', 'no-routes', 'domain', 'instances'] as const),
  ...(['environment', 'environment-secret', 'configurations', 'service-account', 'image-pull-secrets'] as const),
  ...(['ingress-class', 'tls-issuer', 'health-path', 'settings'] as const),
] satisfies readonly PipelineParam[];

/** The results of a pipeline that copies images. */
export function imageResults(copied: StageOf<'crane-skopeo-sync'>): Readonly<Record<string, PipelineResult>> {
  return {
    'images-copied': {
      description: 'Number of images that were copied to the destination registry.',
      value: result(copied, 'copied-count'),
    },
    'images-present': {
      description: 'Number of images that the destination registry already had.',
      value: result(copied, 'present-count'),
    },
    IMAGES: {
      description: 'Verified images as repository@digest, separated by commas, for Tekton Chains.',
      value: result(copied, 'IMAGES'),
    },
  };
}

/** The results of a pipeline that also applies the resources. */
export function moveResults(
  copied: StageOf<'crane-skopeo-sync'>,
  applied: StageOf<'kubectl-apply-kustomize'>,
): Readonly<Record<string, PipelineResult>> {
  return {
    ...imageResults(copied),
    'resources-applied': {
      description: 'Number of objects that the destination cluster accepted.',
      value: result(applied, 'applied-count'),
    },
  };
}

export const summaryStage = stage('summary', 'crane-summary', {
  timeout: '20m',
  params: { status: { status: 'all' }, 'print-reports': param('print-reports') },
  workspaces: { 'shared-data': { workspace: 'shared-data' } },
});
