import { definePipeline, param } from './definition/define-pipeline.ts';
import { changeParams, imageParams, moveResults, clusterParams, verifyParams, summaryStage } from './common.ts';
import { applyToClusterStage, manifestsStage, verifyStage } from './stages/resources.ts';
import { copyStage } from './stages/images.ts';
import { validateStage } from './stages/checking.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported } = reading;
const validated = validateStage(reading, false);
const copied = copyStage(reading, [validated.name]);
const manifests = manifestsStage(reading, false);
const applied = applyToClusterStage(contexts, [manifests.name, copied.name]);

export const craneAppMigration = definePipeline({
  name: 'crane-app-migration',
  displayName: 'Move an application',
  catalog: {
    categories: 'Deployment, Kubernetes',
    tags: 'migration, openshift, crane, images',
    hubCategory: 'integration-delivery',
  },
  description:
    'Moves a stateless application from a namespace of the source cluster to a namespace of the destination cluster. ' +
    'It exports the resources, copies the images, rewrites what belongs to the source cluster, applies the resources ' +
    'at the destination and compares them with the plan. Each task verifies its work and writes a report; the last ' +
    'one prints them all.',
  params: [
    ...clusterParams,
    'claim-settings',
    ...imageParams,
    ...changeParams,
    'validate',
    'verify',
    ...verifyParams,
    'print-reports',
  ],
  workspaces: ['shared-data', 'ca-bundle', 'mapping', 'patches', 'craneconfig'],
  results: moveResults(copied, applied),
  stages: [
    contexts,
    exported,
    ...[validated, copied, manifests, applied],
    { ...verifyStage(contexts, false), when: { input: param('verify'), operator: 'notin', values: ['false'] } },
  ],
  finally: [summaryStage],
});
