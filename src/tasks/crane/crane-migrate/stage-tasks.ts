import { ownValue } from '../../../domain/core/own-value.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import type { RunnableTask, TaskContext } from '../../../runtime/define-task.ts';
import { runInside } from '../../../runtime/run-inside.ts';
import type { TaskEnd, TaskTexts } from '../../../domain/reports/task-run.ts';

/** The tasks of the stages. Each is loaded when its stage starts. */
const stageTasks: Readonly<Record<string, () => Promise<RunnableTask>>> = {
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

/** Runs the task of a stage in this process. */
export async function runStageTask(
  name: string,
  input: TaskTexts,
  stage: { readonly name: string; readonly context: TaskContext },
): Promise<TaskEnd> {
  const load = ownValue(stageTasks, name);
  if (load === undefined) throw new Error(`no task of a stage is named ${name}`);
  return runInside(await load(), input, { ...stage, openFolder });
}
