import { arrayAt, isObject, stringAt, valueAt } from '../core/json-object.ts';
import { paramOf, resultOf, runLabel, stateOfRun } from '../runs/pipeline-run.ts';
import { actionLabel, keptChangesAnnotation, volumeRunLabel } from './migration-names.ts';

/** What a PipelineRun or TaskRun of a migration does. */
export type RunKind =
  | 'stage'
  | 'cutover'
  | 'app'
  | 'images'
  | 'validate'
  | 'verify'
  | 'take-back'
  | 'restart-source'
  | 'other';

export type RunResult = 'pending' | 'running' | 'succeeded' | 'incomplete' | 'failed' | 'cancelled';

/** What is known of a run; texts are as the cluster has them, so they may hold anything. */
export interface RunFacts {
  /** Empty when the object has none. */
  readonly name: string;
  readonly kind: RunKind;
  readonly result: RunResult;
  /** RFC 3339; empty when unknown. */
  readonly createdAt: string;
  readonly endedAt: string;
  readonly reason: string;
  readonly message: string;
  /** The run is being ended on request. */
  readonly isStopping: boolean;
}

export interface TaskFacts extends RunFacts {
  /** Name in its Pipeline, or of its Task. */
  readonly task: string;
  /** Name of its PipelineRun; empty for a TaskRun of its own. */
  readonly run: string;
  /** A step of it was started. */
  readonly hasStarted: boolean;
  /** Its param `dry-run` is not `false`. */
  readonly isDryRun: boolean;
  /** The PipelineRun whose volume it uses; empty when it does not say so. */
  readonly volumeOf: string;
  /** Of a take-back: what it did not delete are changed objects that the user wants to keep. */
  readonly hasKeptChanges: boolean;
}

/** Annotation of runs that konveyor/crane-ui-plugin made. */
const formerAction = 'crane-ui-plugin.konveyor.io/action';

const kinds: ReadonlyMap<string, RunKind> = new Map<string, RunKind>([
  ...(['stage', 'cutover', 'app', 'images', 'validate', 'verify', 'take-back', 'restart-source'] as const).map(
    (kind) => [kind, kind] as const,
  ),
  ['crane-stage', 'stage'],
  ['crane-cutover', 'cutover'],
  ['crane-app-migration', 'app'],
  ['crane-image-migration', 'images'],
  ['crane-validate', 'validate'],
  ['crane-verify', 'verify'],
  ['crane-rollback', 'take-back'],
  ['crane-restore-scale', 'restart-source'],
]);

/** https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status */
const stopped: readonly string[] = [
  'Cancelled',
  'CancelledRunningFinally',
  'StoppedRunningFinally',
  'PipelineRunStopped',
];
const stopRequests: readonly string[] = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', 'TaskRunCancelled'];
const exitIncomplete = 4;

/** Reads a PipelineRun as the API server has it, whatever it holds. */
export function factsOfRun(object: unknown): RunFacts {
  const { reason, message, hasEnded, hasSucceeded } = stateOfRun(object);
  const request = stringAt(object, 'spec', 'status') ?? '';
  const isStopping = stopRequests.includes(request);
  const isPending = request === 'PipelineRunPending' && !hasEnded;
  const wasStopped = hasEnded && !hasSucceeded && (stopped.includes(reason) || reason.startsWith('TaskRunCancel'));
  const failure = wasStopped ? 'cancelled' : 'failed';
  const ended = hasSucceeded ? 'succeeded' : failure;
  const open = isPending ? 'pending' : 'running';
  return {
    name: stringAt(object, 'metadata', 'name') ?? '',
    kind: kindOf(object),
    result: hasEnded ? ended : open,
    createdAt: stringAt(object, 'metadata', 'creationTimestamp') ?? '',
    endedAt: stringAt(object, 'status', 'completionTime') ?? '',
    reason,
    message,
    isStopping,
  };
}

/** Reads a TaskRun. A step that ended with exit code 4 makes a failed one incomplete. */
export function factsOfTask(object: unknown): TaskFacts {
  const facts = factsOfRun(object);
  const steps = arrayAt(object, 'status', 'steps');
  const failedCount = Number(resultOf(object, 'failed-count') ?? Infinity);
  const isIncomplete =
    steps.some((step) => valueAt(step, 'terminated', 'exitCode') === exitIncomplete) ||
    resultOf(object, 'status') === 'incomplete';
  return {
    ...facts,
    result: facts.result === 'failed' && isIncomplete ? 'incomplete' : facts.result,
    task:
      stringAt(object, 'metadata', 'labels', 'tekton.dev/pipelineTask') ??
      stringAt(object, 'spec', 'taskRef', 'name') ??
      facts.name,
    run: stringAt(object, 'metadata', 'labels', runLabel) ?? '',
    hasStarted: steps.some((step) => isObject(valueAt(step, 'running')) || isObject(valueAt(step, 'terminated'))),
    isDryRun: paramOf(object, 'dry-run') !== 'false',
    volumeOf: stringAt(object, 'metadata', 'labels', volumeRunLabel) ?? '',
    hasKeptChanges: Number(stringAt(object, 'metadata', 'annotations', keptChangesAnnotation) ?? 0) >= failedCount,
  };
}

/** Names of the tasks of a PipelineRun that had a TaskRun, which may be deleted since. */
export function childTasksOf(object: unknown): readonly string[] {
  return arrayAt(object, 'status', 'childReferences').flatMap((child) => stringAt(child, 'pipelineTaskName') ?? []);
}

function kindOf(object: unknown): RunKind {
  const names = [
    stringAt(object, 'metadata', 'labels', actionLabel),
    stringAt(object, 'spec', 'pipelineRef', 'name'),
    stringAt(object, 'spec', 'taskRef', 'name'),
    stringAt(object, 'metadata', 'annotations', formerAction),
  ];
  return names.flatMap((name) => kinds.get(name ?? '') ?? [])[0] ?? 'other';
}
