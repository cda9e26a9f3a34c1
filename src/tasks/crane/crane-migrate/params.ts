import { pipelineParams } from '../../../pipelines/definition/params.ts';
import { optional } from '../../shared/param-kinds.ts';
import { clusterSecretText, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import type { Workspaces } from '../../../runtime/define-task.ts';
import {
  caBundleWorkspace,
  craneConfigWorkspace,
  kubeconfigWorkspace,
  mappingWorkspace,
  patchesWorkspace,
} from '../../shared/workspaces.ts';

/** Params of the Pipeline crane-app-migration, and two contexts for users who have a kubeconfig. */
export const migrateParams = {
  'source-cluster-secret': secretOf('source'),
  'source-context': sideParams.context('source', 'Empty: source-cluster-secret is used.'),
  'source-namespace': pipelineParams['source-namespace'],
  'destination-cluster-secret': secretOf('destination'),
  'destination-context': sideParams.context('destination', 'Empty: destination-cluster-secret is used.'),
  'destination-namespace': pipelineParams['destination-namespace'],
  'source-registry-internal': pipelineParams['source-registry-internal'],
  'source-registry-public': pipelineParams['source-registry-public'],
  'destination-registry-internal': pipelineParams['destination-registry-internal'],
  'destination-registry-public': pipelineParams['destination-registry-public'],
  'claim-settings': pipelineParams['claim-settings'],
  'label-selector': pipelineParams['label-selector'],
  'include-resources': pipelineParams['include-resources'],
  'exclude-resources': pipelineParams['exclude-resources'],
  'namespace-mapping': pipelineParams['namespace-mapping'],
  modernize: pipelineParams.modernize,
  'skip-plugins': pipelineParams['skip-plugins'],
  images: pipelineParams.images,
  'image-exclude': pipelineParams['image-exclude'],
  'built-images': pipelineParams['built-images'],
  'mapping-file': pipelineParams['mapping-file'],
  registries: pipelineParams.registries,
  'allow-problems': pipelineParams['allow-problems'],
  'allow-forbidden': pipelineParams['allow-forbidden'],
  'if-exists': pipelineParams['if-exists'],
  referrers: pipelineParams.referrers,
  platforms: pipelineParams.platforms,
  'create-projects': pipelineParams['create-projects'],
  validate: pipelineParams.validate,
  verify: pipelineParams.verify,
  'ready-timeout': pipelineParams['ready-timeout'],
  'allow-unready': pipelineParams['allow-unready'],
  ...kubeconfigDigestParam,
} as const;

export const migrateWorkspaces = {
  'shared-data': {
    flag: 'shared-data-dir',
    optional: true,
    description:
      'Folder for the files of the tasks, in one folder each, and for the reports. Without it: a private folder that is ' +
      'removed at the end.',
  },
  kubeconfig: kubeconfigWorkspace,
  'ca-bundle': caBundleWorkspace,
  mapping: mappingWorkspace,
  patches: patchesWorkspace,
  craneconfig: craneConfigWorkspace,
} as const satisfies Workspaces;

export const migrateResults = {
  'images-copied': 'Number of images that were copied to the destination registry.',
  'images-present': 'Number of images that the destination registry already had.',
  'resources-applied': 'Number of objects that the destination cluster accepted.',
} as const;

function secretOf(side: 'source' | 'destination') {
  return optional(`${clusterSecretText(side)} Empty: ${side}-context is used.`);
}
