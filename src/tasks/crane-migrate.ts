import { join } from 'node:path';

import { openFolder } from '../adapters/files/local-folder.ts';
import { createPrivateFolder, type PrivateFolder } from '../adapters/programs/private-folder.ts';
import { defineTask, type TaskContext } from '../runtime/define-task.ts';
import { runInside } from '../runtime/run-inside.ts';
import { TaskError } from '../domain/errors.ts';
import { migrateApplication } from '../usecases/migrate-application.ts';
import type { MoveFolders } from '../usecases/migrate/move-stages.ts';
import type { StageEnd } from '../usecases/migrate/stage.ts';
import { settingsOf, migrateParams } from './wiring/migration.ts';
import { findEntry } from './index.ts';
import { kubeconfigWorkspace } from './wiring/workspaces.ts';

export const craneMigrate = defineTask({
  name: 'crane-migrate',
  aliases: ['migrate'],
  summary: 'move a stateless application and its images to another cluster, in one run',
  description:
    'Does in one process what the Pipeline crane-app-migration does in a pod for each task: the same tasks with the same ' +
    'params, plan, proofs and reports, those that do not need each other at a time, and verifies the move at the end. In a ' +
    'cluster the contexts are made from two Secrets; elsewhere two contexts of a kubeconfig are named. Files go to a private ' +
    'folder, or stay in the workspace shared-data, where running again resumes.',
  examples: [
    'migrate --source-context=old --source-namespace=shop --destination-context=new --destination-namespace=shop',
    'crane-migrate --source-cluster-secret=source-cluster --source-namespace=shop ' +
      '--destination-cluster-secret=destination-cluster --destination-namespace=shop',
  ],
  params: migrateParams,
  workspaces: {
    'shared-data': {
      flag: 'shared-data-dir',
      optional: true,
      description:
        'Folder that keeps what the tasks write, each in a folder of its own, and the reports. Not bound: a private folder, ' +
        'gone at the end.',
    },
    kubeconfig: kubeconfigWorkspace,
    'ca-bundle': {
      flag: 'ca-bundle',
      optional: true,
      readOnly: true,
      description:
        "Folder with PEM files (*.crt, *.pem), or such a file: authorities to trust besides the system's, for registries and API servers.",
    },
  },
  results: {
    'images-copied': 'Number of images that were copied to the destination registry. No newline.',
    'images-present': 'Number of images that the destination registry already had. No newline.',
    'resources-applied': 'Number of objects that the destination cluster accepted. No newline.',
  },
  reportIn: 'shared-data',
  run: async ({ params, workspaces }, context) => {
    const settings = settingsOf(params);
    const { kubeconfig, 'ca-bundle': caBundle, 'shared-data': shared } = workspaces;
    const own = shared === '' ? await createPrivateFolder(roomyFolder(context)) : undefined;
    try {
      const work = workFolder(shared, own);
      const made = settings.source.secret !== '';
      const folders: MoveFolders = { work, caBundle, kubeconfig: made ? join(work, 'kubeconfig') : kubeconfig };
      return await migrateApplication(settings, folders, {
        run: ({ name, task }, flags) => runOne(task, flags, { name, context }),
        summarize: async (status) => {
          await runOne('crane-summary', { status, 'shared-data-dir': work }, { name: 'summary', context });
          const table = (await openFolder(work).read('summary.txt')) ?? '';
          for (const line of table.trimEnd().split('\n')) context.log.info(line);
        },
        log: context.log,
        now: Date.now,
      });
    } finally {
      await own?.remove();
    }
  },
});

/** In a pod the temporary folder is memory, of which there is little; what comes here holds no secret in the clear. */
function roomyFolder({ environment }: TaskContext): string | undefined {
  return (environment['KUBERNETES_SERVICE_HOST'] ?? '') === '' ? undefined : environment['HOME'];
}

function workFolder(shared: string, own: PrivateFolder | undefined): string {
  return own === undefined ? shared : own.pathOf('.');
}

async function runOne(
  name: string,
  flags: Readonly<Record<string, string>>,
  stage: { readonly name: string; readonly context: TaskContext },
): Promise<StageEnd> {
  const entry = findEntry(name);
  if (entry === undefined)
    throw new TaskError('program-missing', `running ${name}: there is no such task`, { remedy: '' });
  const { exitCode, results, message } = await runInside(await entry.load(), flags, { ...stage, openFolder });
  return { exitCode, results, message, status: results['status'] ?? '' };
}
