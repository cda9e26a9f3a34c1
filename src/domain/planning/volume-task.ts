import { arrayAt, stringAt, type JsonObject } from '../core/json-object.ts';
import { runLabel } from '../runs/pipeline-run.ts';
import type { CompleteAnswers } from './answers.ts';
import { actionLabel, migrationLabel, volumeRunLabel } from './migration-names.ts';
import { logEvents } from './run-objects.ts';

/** What a TaskRun does on the volume of a run that has ended. `reports`: it prints the reports of the volume. */
export type VolumeAction = 'take-back' | 'restart-source' | 'verify' | 'validate' | 'reports';

/** Minutes after which Tekton ends such a TaskRun. */
export const volumeTaskMinutes = 30;

export interface VolumeTask {
  readonly action: VolumeAction;
  readonly migration: string;
  /** Of the runs. */
  readonly namespace: string;
  /** The PipelineRun whose volume it uses. */
  readonly run: string;
  /** The PersistentVolumeClaim of that run. */
  readonly claim: string;
  /** Whether the run copied claims. */
  readonly hasClaims: boolean;
  /** The ConfigMap of the migration, which owns it. */
  readonly owner: { readonly name: string; readonly uid: string };
  readonly settings: Pick<CompleteAnswers['run'], 'serviceAccount' | 'fsGroup' | 'caConfigMap'>;
  /** Only those that are not empty are set. */
  readonly params: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface TaskForm {
  readonly task: string;
  /** Folders of the volume by the workspaces of the Task; empty: the whole volume. */
  readonly folders: Readonly<Record<string, string>>;
  readonly hasCaBundle?: boolean;
}

const kubeconfig = { kubeconfig: 'kubeconfig' };
const verified = { verify: 'verify', kustomize: 'kustomize', apply: 'apply', export: 'export' };

/** The folders are those of the Pipelines. */
const forms: Readonly<Record<VolumeAction, TaskForm>> = {
  'take-back': { task: 'crane-rollback', folders: { applied: 'kustomize', rollback: 'rollback', ...kubeconfig } },
  'restart-source': { task: 'crane-restore-scale', folders: { ...kubeconfig, quiesce: 'quiesce' } },
  verify: {
    task: 'crane-verify',
    folders: { ...verified, transform: 'transform', skopeo: 'skopeo', ...kubeconfig },
    hasCaBundle: true,
  },
  validate: {
    task: 'crane-validate',
    folders: { manifests: 'export', validate: 'validate', ...kubeconfig },
    hasCaBundle: true,
  },
  reports: { task: 'crane-summary', folders: { 'shared-data': '' } },
};

/** The Task that prints the reports of a volume. */
export const reportsTask = forms.reports.task;

/** A TaskRun: https://tekton.dev/docs/pipelines/taskruns/ */
export function volumeTaskRun(task: VolumeTask): JsonObject {
  const { action, migration, namespace, run, owner, settings, params, annotations } = task;
  const { fsGroup, serviceAccount } = settings;
  const securityContext = { runAsNonRoot: true, ...(fsGroup === 0 ? {} : { fsGroup }) };
  const given = Object.entries(params).filter(([, value]) => value !== '');
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: {
      generateName: `${migration}-${action}-`,
      namespace,
      labels: {
        'app.kubernetes.io/part-of': 'crane-tasks',
        [migrationLabel]: migration,
        [actionLabel]: action,
        [volumeRunLabel]: run,
      },
      annotations,
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }],
    },
    spec: {
      taskRef: { name: forms[action].task },
      params: given.map(([name, value]) => ({ name, value })),
      workspaces: workspacesOf(task),
      timeout: `${String(volumeTaskMinutes)}m`,
      serviceAccountName: serviceAccount,
      podTemplate: { securityContext, env: logEvents },
    },
  };
}

function workspacesOf({ action, claim, settings, hasClaims }: VolumeTask): readonly JsonObject[] {
  const { hasCaBundle, ...form } = forms[action];
  const folders = { ...form.folders, ...(action === 'verify' && hasClaims ? { claims: 'volumes' } : {}) };
  const persistentVolumeClaim = { claimName: claim };
  const onVolume = Object.entries(folders).map(([name, subPath]) => {
    return { name, persistentVolumeClaim, ...(subPath === '' ? {} : { subPath }) };
  });
  const { caConfigMap } = settings;
  if (hasCaBundle !== true || caConfigMap === '') return onVolume;
  return [...onVolume, { name: 'ca-bundle', configMap: { name: caConfigMap } }];
}

/** The claim that the TaskRuns of a run share; undefined when none of them is left, or was created. */
export function claimOfRun(run: string, taskRuns: readonly unknown[]): string | undefined {
  return taskRuns
    .filter((task) => stringAt(task, 'metadata', 'labels', runLabel) === run)
    .flatMap((task) => arrayAt(task, 'spec', 'workspaces'))
    .flatMap((workspace) => stringAt(workspace, 'persistentVolumeClaim', 'claimName') ?? [])[0];
}
