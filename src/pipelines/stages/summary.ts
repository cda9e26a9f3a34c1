import { stage } from '../definition/define-pipeline.ts';

export const summaryStage = stage('summary', 'crane-summary', {
  timeout: '20m',
  params: { status: { status: 'all' } },
  workspaces: { 'shared-data': { workspace: 'shared-data' } },
});
