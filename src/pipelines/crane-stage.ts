import { definePipeline } from './definition/define-pipeline.ts';
import { claimParams, namespaceParams, summaryStage } from './common.ts';
import { volumesStage } from './stages/volumes.ts';
import { contextsStage } from './stages/reading.ts';

const contexts = contextsStage();

export const craneStage = definePipeline({
  name: 'crane-stage',
  displayName: 'Copy volumes ahead of a move',
  catalog: { categories: 'Storage', tags: 'migration, openshift, volumes, rsync', hubCategory: 'storage' },
  description:
    'Copies the volumes of a running application to the destination cluster, so that the cutover later has little ' +
    'left to copy. Nothing at the source is changed. It may run as often as wanted: each run copies what changed. ' +
    'Files that change during the copy are not failures here. The Pipeline crane-cutover copies and verifies them ' +
    'after the application is scaled down.',
  params: [...namespaceParams, ...claimParams, 'print-reports'],
  workspaces: ['shared-data'],
  results: {},
  stages: [contexts, volumesStage(contexts, { after: [], live: true })],
  finally: [summaryStage],
});
