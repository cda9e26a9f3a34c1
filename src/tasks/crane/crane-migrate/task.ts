import { join } from 'node:path';

import { openFolder } from '../../../adapters/files/local-folder.ts';
import { createPrivateFolder, type PrivateFolder } from '../../../adapters/processes/private-folder.ts';
import { defineTask, type AnyTask, type TaskContext } from '../../../runtime/define-task.ts';
import { runInside } from '../../../runtime/run-inside.ts';
import { ownValue } from '../../../domain/core/own-value.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { migrateApplication } from '../../../usecases/migrate/migrate-application.ts';
import type { MoveFolders } from '../../../usecases/migrate/move-stages.ts';
import type { StageEnd } from '../../../usecases/migrate/stage.ts';
import { migrateParams, migrateResults, migrateWorkspaces, settingsOf } from './params.ts';

/** The tasks of the stages. Each is loaded when its stage starts. */
const stageTasks: Readonly<Record<string, () => Promise<AnyTask>>> = {
  'crane-kubeconfig-generator': async () =>
    (await import('../crane-kubeconfig-generator/task.ts')).craneKubeconfigGenerator,
  'oc-registry-info': async () => (await import('../oc-registry-info/task.ts')).ocRegistryInfo,
  'crane-export': async () => (await import('../crane-export/task.ts')).craneExport,
  'crane-skopeo-sync-gen': async () => (await import('../crane-skopeo-sync-gen/task.ts')).craneSkopeoSyncGen,
  'crane-skopeo-sync': async () => (await import('../crane-skopeo-sync/task.ts')).craneSkopeoSync,
  'crane-transform': async () => (await import('../crane-transform/task.ts')).craneTransform,
  'crane-apply': async () => (await import('../crane-apply/task.ts')).craneApply,
  'crane-kustomize-init': async () => (await import('../crane-kustomize-init/task.ts')).craneKustomizeInit,
  'kubectl-apply-kustomize': async () => (await import('../kubectl-apply-kustomize/task.ts')).kubectlApplyKustomize,
  'crane-verify': async () => (await import('../crane-verify/task.ts')).craneVerify,
  'crane-summary': async () => (await import('../crane-summary/task.ts')).craneSummary,
};

export const craneMigrate = defineTask({
  name: 'crane-migrate',
  aliases: ['migrate'],
  summary: 'move a stateless application and its images to another cluster, in one run',
  family: 'crane',
  stage: 'migrate',
  description:
    'Does in one process what the Pipeline crane-app-migration does in a pod for each task: the same tasks with the same ' +
    'params, plan, proofs and reports, those that do not need each other at a time, and verifies the move at the end. In a ' +
    'cluster the contexts are made from two Secrets; elsewhere two contexts of a kubeconfig are named. Files go to a private ' +
    'folder, or stay in the workspace shared-data, where running again resumes.',
  examples: [
    'migrate --source-context=source --source-namespace=shop --destination-context=destination --destination-namespace=shop',
    'crane-migrate --source-cluster-secret=source-cluster --source-namespace=shop ' +
      '--destination-cluster-secret=destination-cluster --destination-namespace=shop',
  ],
  params: migrateParams,
  workspaces: migrateWorkspaces,
  results: migrateResults,
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
  const load = ownValue(stageTasks, name);
  if (load === undefined) throw new TaskError('program-missing', `running ${name}: unknown task`, { remedy: '' });
  const { exitCode, results, message } = await runInside(await load(), flags, { ...stage, openFolder });
  return { exitCode, results, message, status: results['status'] ?? '' };
}
