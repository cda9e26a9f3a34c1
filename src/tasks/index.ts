import type { AnyTask, RunnableTask } from '../runtime/define-task.ts';
import { compareCards, type TaskCard } from '../runtime/task-card.ts';
import { catalog, type TaskName } from './shared/catalog.ts';

/** Each task is loaded only when asked for: starting one must not pay for the others. */
const loaders: Readonly<Record<TaskName, () => Promise<AnyTask>>> = {
  'crane-kubeconfig-generator': async () =>
    (await import('./crane/crane-kubeconfig-generator/task.ts')).craneKubeconfigGenerator,
  'crane-cluster-contexts': async () => (await import('./crane/crane-cluster-contexts/task.ts')).craneClusterContexts,
  'oc-registry-info': async () => (await import('./crane/oc-registry-info/task.ts')).ocRegistryInfo,
  'crane-validate': async () => (await import('./crane/crane-validate/task.ts')).craneValidate,
  'crane-export': async () => (await import('./crane/crane-export/task.ts')).craneExport,
  'crane-export-plan': async () => (await import('./crane/crane-export-plan/task.ts')).craneExportPlan,
  'kubectl-scale-down': async () => (await import('./crane/kubectl-scale-down/task.ts')).kubectlScaleDown,
  'crane-transfer-pvc': async () => (await import('./crane/crane-transfer-pvc/task.ts')).craneTransferPvc,
  'crane-skopeo-sync-gen': async () => (await import('./crane/crane-skopeo-sync-gen/task.ts')).craneSkopeoSyncGen,
  'crane-skopeo-sync': async () => (await import('./crane/crane-skopeo-sync/task.ts')).craneSkopeoSync,
  'crane-image-sync': async () => (await import('./crane/crane-image-sync/task.ts')).craneImageSync,
  'crane-transform': async () => (await import('./crane/crane-transform/task.ts')).craneTransform,
  'crane-transform-list-plugins': async () =>
    (await import('./crane/crane-transform-list-plugins/task.ts')).craneTransformListPlugins,
  'crane-transform-optionals': async () =>
    (await import('./crane/crane-transform-optionals/task.ts')).craneTransformOptionals,
  'crane-apply': async () => (await import('./crane/crane-apply/task.ts')).craneApply,
  'crane-kustomize-init': async () => (await import('./crane/crane-kustomize-init/task.ts')).craneKustomizeInit,
  'crane-manifests': async () => (await import('./crane/crane-manifests/task.ts')).craneManifests,
  'git-init-push': async () => (await import('./crane/git-init-push/task.ts')).gitInitPush,
  'kubectl-apply-files': async () => (await import('./crane/kubectl-apply-files/task.ts')).kubectlApplyFiles,
  'kubectl-apply-kustomize': async () =>
    (await import('./crane/kubectl-apply-kustomize/task.ts')).kubectlApplyKustomize,
  'crane-verify': async () => (await import('./crane/crane-verify/task.ts')).craneVerify,
  'crane-summary': async () => (await import('./crane/crane-summary/task.ts')).craneSummary,
  'crane-restore-scale': async () => (await import('./crane/crane-restore-scale/task.ts')).craneRestoreScale,
  'crane-rollback': async () => (await import('./crane/crane-rollback/task.ts')).craneRollback,
  'crane-migrate': async () => (await import('./crane/crane-migrate/task.ts')).craneMigrate,
  'app-registries-list': async () => (await import('./terminal/app-registries-list/task.ts')).appRegistriesList,
  'app-registries-add': async () => (await import('./terminal/app-registries-add/task.ts')).appRegistriesAdd,
  'app-registries-delete': async () => (await import('./terminal/app-registries-delete/task.ts')).appRegistriesDelete,
  'source-upload': async () => (await import('./app/source-upload/task.ts')).sourceUpload,
  'source-fetch': async () => (await import('./app/source-fetch/task.ts')).sourceFetch,
  'source-unpack': async () => (await import('./app/source-unpack/task.ts')).sourceUnpack,
  'buildpacks-build': async () => (await import('./app/buildpacks-build/task.ts')).buildpacksBuild,
  'app-list': async () => (await import('./terminal/app-list/task.ts')).appList,
  'app-show': async () => (await import('./terminal/app-show/task.ts')).appShow,
  'app-logs': async () => (await import('./terminal/app-logs/task.ts')).appLogs,
  'app-env': async () => (await import('./terminal/app-env/task.ts')).appEnv,
  'app-manifest': async () => (await import('./terminal/app-manifest/task.ts')).appManifest,
  'app-push': async () => (await import('./terminal/app-push/task.ts')).appPush,
  'app-restart': async () => (await import('./terminal/app-restart/task.ts')).appRestart,
  'app-scale': async () => (await import('./terminal/app-scale/task.ts')).appScale,
  'app-history': async () => (await import('./terminal/app-history/task.ts')).appHistory,
  'app-rollback': async () => (await import('./terminal/app-rollback/task.ts')).appRollback,
  'app-delete': async () => (await import('./terminal/app-delete/task.ts')).appDelete,
  'exports-workloads': async () => (await import('./terminal/exports-workloads/task.ts')).exportsWorkloads,
  'exports-list': async () => (await import('./terminal/exports-list/task.ts')).exportsList,
  'exports-show': async () => (await import('./terminal/exports-show/task.ts')).exportsShow,
  'exports-delete': async () => (await import('./terminal/exports-delete/task.ts')).exportsDelete,
  'exports-prune': async () => (await import('./terminal/exports-prune/task.ts')).exportsPrune,
  'exports-run-command': async () => (await import('./terminal/exports-run-command/task.ts')).exportsRunCommand,
  'exports-archive': async () => (await import('./terminal/exports-archive/task.ts')).exportsArchive,
  'exports-load': async () => (await import('./terminal/exports-load/task.ts')).exportsLoad,
  'app-import': async () => (await import('./app/app-import/task.ts')).appImport,
  'app-deploy': async () => (await import('./app/app-deploy/task.ts')).appDeploy,
  'app-publish': async () => (await import('./app/app-publish/task.ts')).appPublish,
  'app-containerize': async () => (await import('./app/app-containerize/task.ts')).appContainerize,
  'app-export': async () => (await import('./app/app-export/task.ts')).appExport,
  plan: async () => (await import('./terminal/plan/task.ts')).plan,
  wizard: async () => (await import('./terminal/wizard/task.ts')).wizard,
  watch: async () => (await import('./terminal/watch/task.ts')).watch,
  'cluster-credential': async () => (await import('./internal/cluster-credential/task.ts')).clusterCredential,
  'buildpacks-prepare': async () => (await import('./internal/buildpacks-prepare/task.ts')).buildpacksPrepare,
  'buildpacks-result': async () => (await import('./internal/buildpacks-result/task.ts')).buildpacksResult,
  'files-holder': async () => (await import('./internal/files-holder/task.ts')).filesHolder,
  'files-sender': async () => (await import('./internal/files-sender/task.ts')).filesSender,
  'volume-mover': async () => (await import('./internal/volume-mover/task.ts')).volumeMover,
  'volume-free-space': async () => (await import('./internal/volume-free-space/task.ts')).volumeFreeSpace,
};

/**
 * Names of a task on the command line. As in crane, they work without `crane-` too. Those of applications can be written
 * as words: `app export`.
 */
export function commandsOf({ name, aliases }: TaskCard): readonly string[] {
  const names = [name, ...aliases];
  const short = names.filter((one) => one.startsWith('crane-')).map((one) => one.slice('crane-'.length));
  const words = names.filter((one) => one.startsWith('app-')).map((one) => one.replaceAll('-', ' '));
  return [...names, ...short, ...words];
}

/** How to get the task of a name or alias, whose program is loaded when it runs; undefined when there is none. */
export function findTask(command: string): (() => Promise<RunnableTask>) | undefined {
  const card = catalog.find((one) => commandsOf(one).includes(command));
  return card === undefined
    ? undefined
    : async () => {
        const { details } = await import('./shared/details.ts');
        const run: RunnableTask['run'] = async (input, context) => (await loaders[card.name]()).run(input, context);
        return { ...card, ...details[card.name], run };
      };
}

/** All definitions, in the order of a move: what is generated and tested from them. */
export async function loadTasks(): Promise<readonly AnyTask[]> {
  const tasks = await Promise.all(Object.values(loaders).map((load) => load()));
  return tasks.sort(compareCards);
}
