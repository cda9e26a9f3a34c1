import { definePipeline, result } from './definition/define-pipeline.ts';
import { claimParams, clusterParams, imageParams, imageResults, verifyParams } from './common.ts';
import { summaryStage } from './stages/summary.ts';
import { quiesceStage, restoreScaleStage, volumesStage } from './stages/volumes.ts';
import { applyStage, applyToClusterStage, kustomizeStage, transformStage, verifyStage } from './stages/resources.ts';
import { copyStage, planStage } from './stages/images.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported, registries } = reading;
// The export comes first: it keeps the replica counts of the workloads that run.
const quiesced = quiesceStage(contexts, [exported.name]);
const volumes = volumesStage(contexts, { after: [quiesced.name, contexts.destination.name], live: false });
const plan = planStage(reading);
const copied = copyStage(contexts, plan);
const transformed = transformStage(reading, plan);
const rendered = applyStage(transformed);
const kustomized = kustomizeStage(rendered);
const applied = applyToClusterStage(contexts, [kustomized.name, copied.name, volumes.name]);

export const craneCutover = definePipeline({
  name: 'crane-cutover',
  displayName: 'Move an application with its volumes',
  catalog: {
    categories: 'Deployment, Kubernetes, Storage',
    tags: 'migration, openshift, volumes, images',
    hubCategory: 'integration-delivery',
  },
  description:
    'Moves a stateful application for good: exports its resources, scales its workloads at the source to zero, brings the ' +
    "destination's volumes up to date and proves them equal, copies the images, rewrites and applies the resources, and " +
    'compares both clusters with what was planned. When a task fails, the workloads at the source are started again as ' +
    'they were. The Pipeline crane-stage, run before as often as wanted, makes the downtime short.',
  params: [...clusterParams, ...claimParams, ...imageParams, ...verifyParams],
  workspaces: ['shared-data', 'ca-bundle'],
  results: {
    ...imageResults(copied),
    'resources-applied': {
      description: 'Number of objects that the destination cluster accepted.',
      value: result(applied, 'applied-count'),
    },
  },
  stages: [
    ...Object.values(contexts),
    exported,
    ...Object.values(registries),
    ...[quiesced, volumes, plan, copied, transformed, rendered, kustomized, applied],
    verifyStage(contexts, true),
  ],
  finally: [restoreScaleStage(contexts), summaryStage],
});
