import type { JsonObject } from '../core/json-object.ts';
import { formatSyncPlan } from '../images/plan/sync-plan.ts';
import type { CompleteAnswers } from './answers.ts';
import { changeFileName, changeFiles } from './changes.ts';
import { actionLabel, configMapName, migrationLabel, secretName } from './migration-names.ts';
import type { MovePlan, PlannedRun } from './move-plan.ts';
import { pipelineOf, type RunAction } from './run-action.ts';

/** An object of a migration. A Secret comes without its values: `login` says which cluster's they are. */
export interface PlannedObject {
  readonly resource: JsonObject;
  readonly login?: 'source' | 'destination';
}

export interface ObjectSettings {
  /** Namespace of the runs. */
  readonly namespace: string;
  /** The answers as YAML. */
  readonly answersText: string;
  /** `sha256:<hex>` of the inventory that the plan was made from. */
  readonly inventoryDigest: string;
  /** The run to create; undefined: none yet. */
  readonly action: RunAction | undefined;
}

// The log of each task then has events that the wizard reads.
export const logEvents = [{ name: 'CRANE_TASKS_LOG_FORMAT', value: 'json' }];

/** Data of the ConfigMap beyond this size would come near the limit of 1 MiB of an object. */
const largestPlan = 900 * 1024;

/**
 * The objects of a migration, in the order in which they are created: the ConfigMap that owns the others, the Secrets,
 * and the run. The same plan gives the same bytes.
 */
export function objectsOf(plan: MovePlan, settings: ObjectSettings): readonly PlannedObject[] {
  const { answers } = plan;
  const run = plan.runs.find(({ action }) => action === settings.action);
  return [
    { resource: configMapOf(plan, settings) },
    ...(['source', 'destination'] as const)
      .filter((side) => answers.credentials[side].kind !== 'secret')
      .map((side) => ({ resource: secretOf(answers, side, settings), login: side })),
    ...(run === undefined ? [] : [{ resource: runOf(answers, run, settings) }]),
  ];
}

function configMapOf({ answers, images, claims, estimate, runs }: MovePlan, settings: ObjectSettings): JsonObject {
  const plan = { schemaVersion: 1, inventoryDigest: settings.inventoryDigest, estimate, claims, runs };
  const imagePlan: unknown = images === undefined ? undefined : JSON.parse(formatSyncPlan(images));
  const whole = JSON.stringify({ ...plan, images: imagePlan }, undefined, 1);
  const text = whole.length > largestPlan ? JSON.stringify(plan, undefined, 1) : whole;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(answers, configMapName(answers.name), settings),
    data: { 'answers.yaml': settings.answersText, 'plan.json': `${text}\n`, ...filesOf(answers) },
  };
}

function filesOf(answers: CompleteAnswers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(changeFiles(answers)).map(([workspace, content]) => [changeFileName(workspace), content]),
  );
}

// The annotations are those that konveyor/crane-ui-plugin sets, so that its users find their Secrets.
function secretOf(answers: CompleteAnswers, side: 'source' | 'destination', settings: ObjectSettings): JsonObject {
  const annotations = { 'konveyor.io/crane-ui-plugin': `${side}-cluster-oauth` };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadataOf(answers, secretName(answers, side), settings), annotations },
    type: 'Opaque',
  };
}

/** A PipelineRun: https://tekton.dev/docs/pipelines/pipelineruns/ */
export function runOf(
  answers: Pick<CompleteAnswers, 'name' | 'run'>,
  { action, params, files = [] }: Pick<PlannedRun, 'action' | 'params' | 'files'>,
  settings: Pick<ObjectSettings, 'namespace'>,
): JsonObject {
  const { name, run } = answers;
  const { labels } = metadataOf(answers, '', settings);
  const securityContext = { runAsNonRoot: true, ...(run.fsGroup === 0 ? {} : { fsGroup: run.fsGroup }) };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      // The API server adds five characters to it.
      generateName: `${name}-${action}-`,
      namespace: settings.namespace,
      labels: { ...labels, [actionLabel]: action },
    },
    spec: {
      pipelineRef: { name: pipelineOf[action] },
      params: Object.entries(params).map(([param, value]) => ({ name: param, value })),
      workspaces: [...workspacesOf(answers, action), ...files.map((file) => fileWorkspace(name, file))],
      timeouts: { pipeline: `${String(run.timeoutMinutes)}m` },
      taskRunTemplate: { serviceAccountName: run.serviceAccount, podTemplate: { securityContext, env: logEvents } },
    },
  };
}

function fileWorkspace(migration: string, name: string): JsonObject {
  const key = changeFileName(name);
  return { name, configMap: { name: configMapName(migration), items: [{ key, path: key }] } };
}

function workspacesOf({ run }: Pick<CompleteAnswers, 'run'>, action: RunAction): readonly JsonObject[] {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: run.volumeSize } },
    ...(run.storageClass === '' ? {} : { storageClassName: run.storageClass }),
  };
  const shared = { name: 'shared-data', volumeClaimTemplate: { spec } };
  if (run.caConfigMap === '' || action === 'stage') return [shared];
  return [shared, { name: 'ca-bundle', configMap: { name: run.caConfigMap } }];
}

function metadataOf(
  { name }: Pick<CompleteAnswers, 'name'>,
  objectName: string,
  { namespace }: Pick<ObjectSettings, 'namespace'>,
) {
  const labels = { 'app.kubernetes.io/part-of': 'crane-tasks', [migrationLabel]: name };
  return { name: objectName, namespace, labels };
}
