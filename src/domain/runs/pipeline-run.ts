import { arrayAt, isObject, stringAt } from '../core/json-object.ts';
import { namespaced } from '../kube/known-kinds.ts';

/** Kinds of Tekton. @see https://tekton.dev/docs/pipelines/pipeline-api/ */
export const pipelines = namespaced('tekton.dev/v1', 'Pipeline', 'pipelines');
export const tasks = namespaced('tekton.dev/v1', 'Task', 'tasks');
export const pipelineRuns = namespaced('tekton.dev/v1', 'PipelineRun', 'pipelineruns');
export const taskRuns = namespaced('tekton.dev/v1', 'TaskRun', 'taskruns');

/** Label of a TaskRun with the name of its PipelineRun. */
export const runLabel = 'tekton.dev/pipelineRun';

/** How a run is, from its condition `Succeeded`. */
export interface RunState {
  /** `Running`, `Succeeded`, `Failed`, …; `Pending` before the controller has seen it. */
  readonly reason: string;
  readonly message: string;
  readonly hasEnded: boolean;
  readonly hasSucceeded: boolean;
}

export interface TaskRunState extends RunState {
  /** Name of the task in its Pipeline. */
  readonly task: string;
  /** Undefined before there is a pod, and for tasks that were skipped. */
  readonly pod: string | undefined;
  /** Containers of steps that were started, in the order of the Task. */
  readonly containers: readonly { readonly name: string; readonly hasEnded: boolean }[];
}

export function stateOfRun(run: unknown): RunState {
  const condition = arrayAt(run, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'Succeeded');
  const status = stringAt(condition, 'status');
  return {
    reason: stringAt(condition, 'reason') ?? 'Pending',
    message: stringAt(condition, 'message') ?? '',
    hasEnded: status === 'True' || status === 'False',
    hasSucceeded: status === 'True',
  };
}

export function stateOfTaskRun(run: unknown): TaskRunState {
  const steps = arrayAt(run, 'status', 'steps').filter(isObject);
  return {
    ...stateOfRun(run),
    task: stringAt(run, 'metadata', 'labels', 'tekton.dev/pipelineTask') ?? stringAt(run, 'metadata', 'name') ?? '',
    pod: stringAt(run, 'status', 'podName'),
    containers: steps.flatMap((step) => {
      const name = stringAt(step, 'container');
      const hasEnded = isObject(step['terminated']);
      return name !== undefined && (hasEnded || isObject(step['running'])) ? [{ name, hasEnded }] : [];
    }),
  };
}

/** A param of a run; undefined when it is absent or no string. */
export function paramOf(run: unknown, name: string): string | undefined {
  const param = arrayAt(run, 'spec', 'params').find((each) => stringAt(each, 'name') === name);
  return stringAt(param, 'value');
}

/** A result of a TaskRun; undefined when it is absent or no string. */
export function resultOf(taskRun: unknown, name: string): string | undefined {
  const result = arrayAt(taskRun, 'status', 'results').find((each) => stringAt(each, 'name') === name);
  return stringAt(result, 'value');
}

// Tekton's entrypoint writes a line of its own before the step does.
const entrypointLine = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Entrypoint initialization$/;

/** The lines after a time, without Tekton's own, of a log with times: `2026-01-31T10:00:00.123456789Z text`. */
export function linesAfter(log: string, time: string): readonly { readonly time: string; readonly text: string }[] {
  return log.split('\n').flatMap((line) => {
    const end = line.indexOf(' ');
    const timed = { time: line.slice(0, end), text: line.slice(end + 1) };
    return end < 0 || timed.time <= time || entrypointLine.test(timed.text) ? [] : [timed];
  });
}
