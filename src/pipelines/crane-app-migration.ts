import { definePipeline, param, result } from './definition/define-pipeline.ts';
import { imageParams, imageResults, clusterParams, verifyParams } from './common.ts';
import { summaryStage } from './stages/summary.ts';
import { applyStage, applyToClusterStage, kustomizeStage, transformStage, verifyStage } from './stages/resources.ts';
import { copyStage, planStage } from './stages/images.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported, registries } = reading;
const plan = planStage(reading);
const copied = copyStage(contexts, plan);
const transformed = transformStage(reading, plan);
const rendered = applyStage(transformed);
const kustomized = kustomizeStage(rendered);
const applied = applyToClusterStage(contexts, [kustomized.name, copied.name]);

export const craneAppMigration = definePipeline({
  name: 'crane-app-migration',
  displayName: 'Move an application',
  catalog: {
    categories: 'Deployment, Kubernetes',
    tags: 'migration, openshift, crane, images',
    hubCategory: 'integration-delivery',
  },
  description:
    'Moves a stateless application from a namespace of the source cluster to a namespace of the destination cluster: ' +
    'exports its resources, copies its images, rewrites what belongs to the source cluster, applies the rest at the ' +
    'destination and compares it there with what was planned. Each task proves what it did and writes a report; the last ' +
    'one prints them all.',
  params: [...clusterParams, ...imageParams, 'verify', ...verifyParams],
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
    ...[plan, copied, transformed, rendered, kustomized, applied],
    {
      ...verifyStage(contexts, false),
      when: { input: param('verify'), operator: 'notin', values: ['false'] },
    },
  ],
  finally: [summaryStage],
});
