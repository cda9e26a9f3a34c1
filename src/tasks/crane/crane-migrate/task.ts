import { openFolder } from '../../../adapters/files/local-folder.ts';
import { createPrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { craneAppMigration } from '../../../pipelines/crane-app-migration.ts';
import { runnableStages } from '../../../pipelines/runnable-stages.ts';
import { defineTask, type TaskContext } from '../../../runtime/define-task.ts';
import { migrateApplication } from '../../../usecases/migrate/migrate-application.ts';
import { migrateParams, migrateResults, migrateWorkspaces } from './params.ts';
import { runInnerTask } from '../../shared/inner-tasks.ts';
import { moveOf, processRunOf } from './process-run.ts';

export const craneMigrate = defineTask({
  name: 'crane-migrate',
  aliases: ['migrate'],
  summary: 'move a stateless application and its images to another cluster, in one run',
  family: 'crane',
  stage: 'migrate',
  description:
    'Runs the tasks of the Pipeline crane-app-migration in one process, with the same params, plan, checks and ' +
    'reports. Independent tasks run in parallel. The move is verified at the end. In a cluster the contexts are made ' +
    'from two Secrets; elsewhere two contexts of a kubeconfig are named. Files are written to a private folder, or to ' +
    'the workspace shared-data, where another run resumes.',
  examples: [
    'migrate --source-context=source --source-namespace=shop --destination-context=destination --destination-namespace=shop',
    'crane-migrate --source-cluster-secret=source-cluster --source-namespace=shop ' +
      '--destination-cluster-secret=destination-cluster --destination-namespace=shop',
  ],
  params: migrateParams,
  workspaces: migrateWorkspaces,
  results: migrateResults,
  reasons: ['migrate'],
  reportIn: 'shared-data',
  run: async ({ params, workspaces }, context) => {
    const shared = workspaces['shared-data'];
    const own = shared === undefined ? await createPrivateFolder(diskFolder(context)) : undefined;
    const sharedData = shared ?? own?.pathOf('.') ?? '';
    try {
      const run = processRunOf(params, { ...workspaces, sharedData });
      return await migrateApplication(runnableStages(craneAppMigration, run), moveOf(params, run), {
        run: ({ name, task }, input) => runInnerTask(task, input, { name, context }),
        summarize: (status) => summarize(status, sharedData, context),
        log: context.log,
        now: Date.now,
      });
    } finally {
      await own?.remove();
    }
  },
});

async function summarize(status: string, sharedData: string, context: TaskContext): Promise<void> {
  const input = { params: { status }, workspaces: { 'shared-data': sharedData } };
  await runInnerTask('crane-summary', input, { name: 'summary', context });
  const table = (await openFolder(sharedData).read('summary.txt')) ?? '';
  for (const line of table.trimEnd().split('\n')) context.log.info(line);
}

/** In a pod the temporary folder is memory, of which there is little. The files here hold no secret in the clear. */
function diskFolder({ environment }: TaskContext): string | undefined {
  return (environment['KUBERNETES_SERVICE_HOST'] ?? '') === '' ? undefined : environment['HOME'];
}
