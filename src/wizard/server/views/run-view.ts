import { arrayAt, stringAt, valueAt } from '../../../domain/core/json-object.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import type { AllowedAction } from '../../../domain/planning/allowed-actions.ts';
import { groupOf } from '../../../domain/planning/forerunner-group.ts';
import { actionLabel } from '../../../domain/planning/migration-names.ts';
import { factsOfRun, factsOfTask } from '../../../domain/planning/run-facts.ts';
import { stateOfRun, stateOfTaskRun, type RunState } from '../../../domain/runs/pipeline-run.ts';
import { migrationOf } from '../../../usecases/planning/list-migrations.ts';
import type { ActionState, RunAnswer, RunPhase, RunSummary, TaskSummary } from '../../api/migrations.ts';

/** What can be done now, as the API says it. */
export function viewActions(actions: readonly AllowedAction[]): readonly ActionState[] {
  return actions.map(({ action, allowed, reason }) => ({
    action,
    isAllowed: allowed,
    ...(reason === undefined ? {} : { reason }),
  }));
}

/** A PipelineRun in a list. */
export function summarizeRun(run: Resource): RunSummary {
  const state = stateOfRun(run);
  return {
    name: run.metadata.name,
    action: stringAt(run, 'metadata', 'labels', actionLabel) ?? actionOf(run),
    phase: phaseOf(state),
    reason: state.reason,
    message: state.message,
    startedAt: stringAt(run, 'status', 'startTime') ?? '',
    endedAt: stringAt(run, 'status', 'completionTime') ?? '',
    isCancelling: !state.hasEnded && /^Cancelled|^Stopped/.test(stringAt(run, 'spec', 'status') ?? ''),
  };
}

/** A TaskRun of its own in a list. */
export function summarizeTaskRun(taskRun: Resource): RunSummary {
  const { result, hasKeptChanges } = factsOfTask(taskRun);
  const summary = summarizeRun(taskRun);
  return result === 'incomplete' ? { ...summary, phase: hasKeptChanges ? 'changes-kept' : 'incomplete' } : summary;
}

/** A run that was started by hand has no label: its Pipeline says what it does. */
function actionOf(run: Resource): string {
  const { kind } = factsOfRun(run);
  return kind === 'other' ? '' : kind;
}

/** A PipelineRun with its tasks in the order of the Pipeline, those included that have no TaskRun. */
export function viewRun(run: Resource, taskRuns: readonly Resource[]): RunAnswer {
  const planned = [...plannedTasks(run, 'tasks'), ...plannedTasks(run, 'finally')];
  const places = new Map(planned.map((task) => [task.name, task]));
  const inPlace = (task: TaskSummary): TaskSummary => {
    const place = places.get(task.name);
    return place === undefined ? task : { ...task, after: place.after, isFinally: place.isFinally };
  };
  const started = taskRuns.map(summarizeTask).map(inPlace);
  const skipped = arrayAt(run, 'status', 'skippedTasks')
    .flatMap((task) => skippedTask(task))
    .map(inPlace);
  const known = new Map([...planned, ...skipped, ...started].map((task) => [task.name, task]));
  return {
    ...summarizeRun(run),
    migration: migrationOf(run) || (groupOf(run) ?? ''),
    pipeline: stringAt(run, 'spec', 'pipelineRef', 'name') ?? '',
    tasks: [...known.values()],
  };
}

/** A TaskRun of its own, such as a take-back, as a run with one task. */
export function viewTaskRun(taskRun: Resource): RunAnswer {
  const summary = summarizeTaskRun(taskRun);
  return {
    ...summary,
    migration: migrationOf(taskRun),
    pipeline: stringAt(taskRun, 'spec', 'taskRef', 'name') ?? '',
    tasks: [{ ...summarizeTask(taskRun), phase: summary.phase }],
  };
}

function phaseOf({ reason, hasEnded, hasSucceeded }: RunState): RunPhase {
  if (hasSucceeded) return 'succeeded';
  if (hasEnded) return /cancel/i.test(reason) ? 'cancelled' : 'failed';
  return reason === 'Pending' || reason === 'PipelineRunPending' ? 'pending' : 'running';
}

function summarizeTask(taskRun: Resource): TaskSummary {
  const state = stateOfTaskRun(taskRun);
  return {
    name: state.task,
    taskRun: taskRun.metadata.name,
    phase: phaseOf(state),
    reason: state.reason,
    message: state.message,
    startedAt: stringAt(taskRun, 'status', 'startTime') ?? '',
    endedAt: stringAt(taskRun, 'status', 'completionTime') ?? '',
    after: [],
    isFinally: false,
    pod: state.pod ?? '',
    steps: state.containers.map(({ name, hasEnded }) => ({
      name: name.replace(/^step-/, ''),
      container: name,
      hasEnded,
    })),
    results: Object.fromEntries(arrayAt(taskRun, 'status', 'results').flatMap(readResult)),
  };
}

function readResult(result: unknown): readonly (readonly [string, string])[] {
  const name = stringAt(result, 'name');
  const value = valueAt(result, 'value');
  if (name === undefined) return [];
  return [[name, typeof value === 'string' ? value : JSON.stringify(value ?? '')]];
}

function skippedTask(task: unknown): readonly TaskSummary[] {
  const name = stringAt(task, 'name');
  return name === undefined ? [] : [{ ...plannedTask(name), phase: 'skipped', reason: stringAt(task, 'reason') ?? '' }];
}

function plannedTask(name: string): TaskSummary {
  const empty = { reason: '', message: '', startedAt: '', endedAt: '', pod: '' };
  return { name, taskRun: '', phase: 'pending', after: [], isFinally: false, steps: [], results: {}, ...empty };
}

// A result in a param or a condition orders tasks as `runAfter` does.
const usedResult = /\$\(tasks\.([^.()]+)\./g;

function plannedTasks(run: Resource, list: 'tasks' | 'finally'): readonly TaskSummary[] {
  return arrayAt(run, 'status', 'pipelineSpec', list).flatMap((task) => {
    const name = stringAt(task, 'name');
    if (name === undefined) return [];
    const named = arrayAt(task, 'runAfter').filter((each) => typeof each === 'string');
    const used = JSON.stringify([valueAt(task, 'params'), valueAt(task, 'when'), valueAt(task, 'matrix')]);
    const after = [...named, ...[...used.matchAll(usedResult)].map(([, other = '']) => other)];
    const isFinally = list === 'finally';
    return [{ ...plannedTask(name), after: isFinally ? [] : [...new Set(after)], isFinally }];
  });
}
