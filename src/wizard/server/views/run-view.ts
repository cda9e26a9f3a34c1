import { arrayAt, isObject, stringAt, valueAt } from '../../../domain/core/json-object.ts';
import { textsAt, type Resource } from '../../../domain/kube/resource.ts';
import { actionLabel } from '../../../domain/planning/migration-names.ts';
import { stateOfRun, stateOfTaskRun, type RunState } from '../../../domain/runs/pipeline-run.ts';
import { migrationOf } from '../../../usecases/planning/list-migrations.ts';
import type { RunAnswer, RunPhase, RunSummary, TaskSummary } from '../../api/migrations.ts';

/** A PipelineRun in a list. */
export function summarizeRun(run: Resource): RunSummary {
  const state = stateOfRun(run);
  return {
    name: run.metadata.name,
    action: new Map(Object.entries(textsAt(run, 'labels'))).get(actionLabel) ?? '',
    phase: phaseOf(state),
    reason: state.reason,
    message: state.message,
    startedAt: stringAt(run, 'status', 'startTime') ?? '',
    endedAt: stringAt(run, 'status', 'completionTime') ?? '',
    isCancelling: !state.hasEnded && /^Cancelled|^Stopped/.test(stringAt(run, 'spec', 'status') ?? ''),
  };
}

/** A PipelineRun with its tasks in the order of the Pipeline, those included that have no TaskRun. */
export function viewRun(run: Resource, taskRuns: readonly Resource[]): RunAnswer {
  const started = taskRuns.map(summarizeTask);
  const skipped = arrayAt(run, 'status', 'skippedTasks').flatMap((task) => skippedTask(task));
  const planned = [...namesAt(run, 'tasks'), ...namesAt(run, 'finally')].map(plannedTask);
  const known = new Map([...planned, ...skipped, ...started].map((task) => [task.name, task]));
  return {
    ...summarizeRun(run),
    migration: migrationOf(run),
    pipeline: stringAt(run, 'spec', 'pipelineRef', 'name') ?? '',
    tasks: [...known.values()],
  };
}

/** A TaskRun of its own, such as a take-back, as a run with one task. */
export function viewTaskRun(taskRun: Resource): RunAnswer {
  return {
    ...summarizeRun(taskRun),
    migration: migrationOf(taskRun),
    pipeline: stringAt(taskRun, 'spec', 'taskRef', 'name') ?? '',
    tasks: [summarizeTask(taskRun)],
  };
}

function phaseOf({ reason, hasEnded, hasSucceeded }: RunState): RunPhase {
  if (hasSucceeded) return 'succeeded';
  if (hasEnded) return /cancel/i.test(reason) ? 'cancelled' : 'failed';
  return reason === 'Pending' ? 'pending' : 'running';
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
  return { name, taskRun: '', phase: 'pending', steps: [], results: {}, ...empty };
}

function namesAt(run: Resource, list: 'tasks' | 'finally'): readonly string[] {
  const tasks = arrayAt(run, 'status', 'pipelineSpec', list).filter(isObject);
  return tasks.flatMap((task) => stringAt(task, 'name') ?? []);
}
