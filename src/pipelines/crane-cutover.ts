import { definePipeline } from './definition/define-pipeline.ts';
import {
  changeParams,
  claimParams,
  clusterParams,
  imageParams,
  moveResults,
  verifyParams,
  summaryStage,
} from './common.ts';
import { quiesceStage, restoreScaleStage, volumesStage } from './stages/volumes.ts';
import { applyToClusterStage, manifestsStage, verifyStage } from './stages/resources.ts';
import { copyStage } from './stages/images.ts';
import { validateStage } from './stages/checking.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported } = reading;
// The export comes first: it keeps the replica counts of the workloads that run.
const validated = validateStage(reading, true);
const quiesced = quiesceStage(contexts, [exported.name, validated.name]);
const volumes = volumesStage(contexts, { after: [quiesced.name], live: false });
const copied = copyStage(reading, [validated.name]);
const manifests = manifestsStage(reading, true);
const applied = applyToClusterStage(contexts, [manifests.name, copied.name, volumes.name]);

export const craneCutover = definePipeline({
  name: 'crane-cutover',
  displayName: 'Move an application with its volumes',
  catalog: {
    categories: 'Deployment, Kubernetes, Storage',
    tags: 'migration, openshift, volumes, images',
    hubCategory: 'integration-delivery',
  },
  description:
    'Moves a stateful application. It exports the resources, scales the workloads at the source to zero, copies the ' +
    'remaining changes of the volumes and verifies that both sides are equal. Then it copies the images, rewrites and ' +
    'applies the resources, and compares both clusters with the plan. When a task fails, or the run is cancelled ' +
    'before the resources are applied, the workloads at the source are restarted with their former replica counts. ' +
    'Earlier runs of the Pipeline crane-stage make the downtime short.',
  params: [
    ...clusterParams,
    ...claimParams,
    ...imageParams,
    ...changeParams,
    'validate',
    ...verifyParams,
    'print-reports',
  ],
  workspaces: ['shared-data', 'ca-bundle', 'mapping', 'patches', 'craneconfig'],
  results: moveResults(copied, applied),
  stages: [
    contexts,
    exported,
    ...[validated, quiesced, volumes, copied, manifests, applied],
    verifyStage(contexts, true),
  ],
  finally: [restoreScaleStage(contexts, applied.name), summaryStage],
});
