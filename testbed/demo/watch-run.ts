import { setTimeout as sleep } from 'node:timers/promises';

import { arrayAt, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { Kubectl } from './kubectl.ts';

export interface FinishedRun {
  readonly name: string;
  readonly succeeded: boolean;
  /** `reason: message` of the run's Succeeded condition. */
  readonly message: string;
  /** Log of each task by the name it has in the Pipeline. */
  readonly logs: ReadonlyMap<string, string>;
}

export interface WatchInput {
  readonly namespace: string;
  readonly name: string;
  readonly deadlineSeconds: number;
  /** Receives each new line as it comes: what a task did. Without it the logs are read once, at the end of the run. */
  readonly print?: (line: string) => void;
}

const pollMilliseconds = 1000;

/** Follows a PipelineRun to its end, task by task. */
export async function watchRun(kubectl: Kubectl, input: WatchInput): Promise<FinishedRun> {
  const { namespace, name, deadlineSeconds } = input;
  const logs = new Map<string, string>();
  const states = new Map<string, string>();
  const complete = new Set<string>();
  const deadline = Date.now() + deadlineSeconds * 1000;
  for (;;) {
    // The run is asked before its tasks, so that the last look at the tasks comes after its end.
    const condition = conditionOf(await kubectl.get(['pipelinerun', name, '-n', namespace]));
    const status = stringAt(condition, 'status');
    const ended = status === 'True' || status === 'False';
    if (ended || input.print !== undefined) await showTasks(kubectl, { ...input, logs, states, complete });
    if (ended) {
      const message = `${stringAt(condition, 'reason') ?? ''}: ${stringAt(condition, 'message') ?? ''}`;
      return { name, succeeded: status === 'True', message, logs };
    }
    if (Date.now() > deadline) {
      const seconds = String(deadlineSeconds);
      throw new Error(
        `waiting for PipelineRun ${name}: not finished after ${seconds} s; last state ${JSON.stringify(condition)}`,
      );
    }
    await sleep(pollMilliseconds);
  }
}

interface ShowInput extends WatchInput {
  readonly logs: Map<string, string>;
  /** Last state shown of each task. */
  readonly states: Map<string, string>;
  /** Tasks whose logs have all their lines: each look at a log starts a kubectl, which computers with few processors feel. */
  readonly complete: Set<string>;
}

async function showTasks(kubectl: Kubectl, input: ShowInput): Promise<void> {
  for (const run of await taskRuns(kubectl, input)) {
    const { task, state, pod, ended } = describeTaskRun(run);
    const isWanted = pod !== '' && !input.complete.has(task);
    if (isWanted && (await readLog(kubectl, { ...input, task, pod })) && ended) input.complete.add(task);
    if (input.states.get(task) !== state) input.print?.(`${task.padEnd(32)} ${state}`);
    input.states.set(task, state);
  }
}

function taskRuns(kubectl: Kubectl, { namespace, name }: WatchInput): Promise<readonly JsonObject[]> {
  return kubectl.list(['taskruns', '-n', namespace, '-l', `tekton.dev/pipelineRun=${name}`]);
}

function describeTaskRun(run: JsonObject): { task: string; state: string; pod: string; ended: boolean } {
  const condition = conditionOf(run);
  const state = stringAt(condition, 'reason') ?? 'Pending';
  const failed = stringAt(condition, 'status') === 'False';
  return {
    task: stringAt(run, 'metadata', 'labels', 'tekton.dev/pipelineTask') ?? '',
    state: failed ? `${state}: ${stringAt(condition, 'message') ?? ''}` : state,
    pod: stringAt(run, 'status', 'podName') ?? '',
    ended: stringAt(run, 'status', 'completionTime') !== undefined,
  };
}

function conditionOf(object: unknown): unknown {
  return arrayAt(object, 'status', 'conditions').find((condition) => valueAt(condition, 'type') === 'Succeeded');
}

interface LogInput extends WatchInput {
  readonly task: string;
  readonly pod: string;
  readonly logs: Map<string, string>;
}

// Tekton's own containers write a line of their own before the step does.
const tektonLine = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Entrypoint initialization$/;

/** Whether the log could be read. */
async function readLog(kubectl: Kubectl, { namespace, task, pod, logs, print }: LogInput): Promise<boolean> {
  const known = logs.get(task) ?? '';
  const raw = await kubectl.run(['logs', pod, '-n', namespace, '--all-containers']).catch(() => undefined);
  if (raw === undefined) return false;
  const text = raw
    .split('\n')
    .filter((line) => !tektonLine.test(line))
    .join('\n');
  if (!text.startsWith(known)) return true;
  for (const line of text.slice(known.length).split('\n')) if (line !== '') print?.(`  ${task} | ${line}`);
  logs.set(task, text);
  return true;
}
