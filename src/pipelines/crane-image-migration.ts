import { definePipeline } from './definition/define-pipeline.ts';
import { clusterParams, imageParams, imageResults } from './common.ts';
import { summaryStage } from './stages/summary.ts';
import { copyStage, planStage } from './stages/images.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported, registries } = reading;
const plan = planStage(reading);
const copied = copyStage(contexts, plan);

export const craneImageMigration = definePipeline({
  name: 'crane-image-migration',
  displayName: 'Move the images of a namespace',
  catalog: {
    categories: 'Publishing',
    tags: 'migration, openshift, images, skopeo',
    hubCategory: 'integration-delivery',
  },
  description:
    "Copies the container images that live in the source cluster's registry and that the application in a namespace " +
    'needs, to the registry of the destination cluster: by digest, with all platforms and tags, verified. Images of the ' +
    'platform and public images are left to the destination cluster; the plan says so with a reason for each tag.',
  params: [...clusterParams, ...imageParams],
  workspaces: ['shared-data', 'ca-bundle'],
  results: imageResults(copied),
  stages: [...Object.values(contexts), exported, ...Object.values(registries), plan, copied],
  finally: [summaryStage],
});
