import { definePipeline } from './definition/define-pipeline.ts';
import { clusterParams, exportedParams, imageParams, imageResults, summaryStage } from './common.ts';
import { copyStage } from './stages/images.ts';
import { readingStages } from './stages/reading.ts';

const reading = readingStages();
const { contexts, exported } = reading;
const copied = copyStage(reading);

export const craneImageMigration = definePipeline({
  name: 'crane-image-migration',
  displayName: 'Move the images of a namespace',
  catalog: {
    categories: 'Publishing',
    tags: 'migration, openshift, images, skopeo',
    hubCategory: 'integration-delivery',
  },
  description:
    "Copies the container images that the application in a namespace needs from the source cluster's registry to that " +
    'of the destination cluster. Images are copied by digest, with all platforms and tags, and verified. Images of ' +
    'the platform and public images are not copied; the plan has the reason for each tag.',
  params: [...clusterParams, ...imageParams, ...exportedParams, 'print-reports'],
  workspaces: ['shared-data', 'ca-bundle', 'mapping'],
  results: imageResults(copied),
  stages: [contexts, exported, copied],
  finally: [summaryStage],
});
