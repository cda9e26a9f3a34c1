import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ClusterStream } from '../../domain/kube/cluster-stream.ts';
import {
  pipelineRuns,
  runLabel,
  stateOfRun,
  stateOfTaskRun,
  taskRuns,
  linesAfter,
  type RunState,
  type TaskRunState,
} from '../../domain/runs/pipeline-run.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { watchObjects, type WatchRequest } from '../cluster/watch-objects.ts';
import type { ObjectChange } from '../../domain/kube/watched-state.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isRefusal, onRefusal } from '../../domain/kube/status-error.ts';

export interface FollowedRun {
  readonly namespace: string;
  readonly name: string;
  readonly timeoutSeconds: number;
}

export interface FollowPorts {
  readonly cluster: Cluster;
  readonly stream: ClusterStream;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** @throws TaskError `interrupted` */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly onState: (task: TaskRunState) => void;
  /** A task has waited for its pod for some seconds, with the reason that Tekton gives. */
  readonly onWaiting: (task: string, message: string) => void;
  readonly onLine: (task: string, line: string) => void;
}

const lookInterval = 1000;
/** A watch can lose its connection without an error, and an event with it. Milliseconds. */
const readInterval = 15_000;
/** The run continues while the connection is broken, but a connection that does not come back must end the command. Minutes. */
const longestSilence = 10;
/** Each pod waits for a moment. Milliseconds. */
const usualWait = 10_000;
/** Reasons of Tekton that do not pass by themselves, as a rule. */
const problems: ReadonlySet<string> = new Set([
  'PullImageFailed',
  'CreateContainerConfigError',
  'ExceededNodeResources',
]);

/**
 * Follows a PipelineRun.
 * @throws TaskError `invalid-param` when there is none, `incomplete` when it is deleted, `timeout`, `tls-untrusted`,
 *   `unreachable` when nothing answered for ten minutes; ClusterStatusError
 */
export async function followRun(run: FollowedRun, ports: FollowPorts): Promise<RunState> {
  const { namespace, name } = run;
  const found = await findObject(ports.cluster, { kind: pipelineRuns, namespace, name });
  if (found === undefined) throw missing(run, ports.cluster);
  const seen = new SeenRun(run, ports);
  try {
    return await seen.follow(found);
  } finally {
    seen.stop();
  }
}

/** What is known of a run, kept up to date by two watches. */
class SeenRun {
  readonly #run: FollowedRun;
  readonly #ports: FollowPorts;
  readonly #stop = new AbortController();
  readonly #tasks = new Map<string, unknown>();
  /** What was shown of each task. */
  readonly #shown = new Map<string, { readonly reason: string; readonly since: number; message: string }>();
  /** How far the log of each container was read, by pod and container. */
  readonly #logs = new Map<string, { time: string; isComplete: boolean }>();
  #current: unknown;
  #isGone = false;
  /** When the API server answered last. */
  #answeredAt: number;
  #failure: Error | undefined;

  constructor(run: FollowedRun, ports: FollowPorts) {
    this.#run = run;
    this.#ports = ports;
    this.#answeredAt = ports.now();
  }

  async follow(found: unknown): Promise<RunState> {
    const { name, timeoutSeconds } = this.#run;
    const { now, sleep } = this.#ports;
    this.#current = found;
    const until = now() + timeoutSeconds * 1000;
    let readAt = now();
    void this.#watch({ kind: taskRuns, labelSelector: `${runLabel}=${name}` }, (changes) => {
      for (const { type, object } of changes) if (type !== 'deleted') this.#see(object);
    });
    void this.#watch({ kind: pipelineRuns, fieldSelector: `metadata.name=${name}` }, (changes) => {
      this.#current = changes.at(-1)?.object ?? this.#current;
      this.#isGone = changes.at(-1)?.type === 'deleted';
    });
    for (;;) {
      const state = stateOfRun(this.#current);
      // The last changes of the tasks can come after the end of the run.
      if (state.hasEnded) await this.#readTasks();
      await this.#show();
      if (state.hasEnded) return state;
      if (this.#isGone) throw deleted(this.#run);
      if (now() > until) throw tooLong(this.#run, state);
      await sleep(lookInterval);
      if (now() - readAt < readInterval) continue;
      readAt = now();
      await this.#readRun();
      await this.#readTasks();
    }
  }

  async #readRun(): Promise<void> {
    const { namespace, name } = this.#run;
    const found = await this.#ask(
      findObject(this.#ports.cluster, { kind: pipelineRuns, namespace, name }).then((object) => ({ object })),
    );
    if (found === undefined) return;
    this.#isGone = found.object === undefined;
    this.#current = found.object ?? this.#current;
  }

  async #readTasks(): Promise<void> {
    const { namespace, name } = this.#run;
    const { cluster } = this.#ports;
    const labelSelector = `${runLabel}=${name}`;
    const tasks = await this.#ask(collectObjects({ cluster, kind: taskRuns, namespace, labelSelector }));
    for (const task of tasks ?? []) this.#see(task);
  }

  /** The answer of the API server; undefined when none came, or when it has problems that pass. */
  async #ask<T>(asked: Promise<T>): Promise<T | undefined> {
    const { now } = this.#ports;
    try {
      const answer = await asked;
      this.#answeredAt = now();
      return answer;
    } catch (error) {
      if (!doesPass(error)) throw error;
      if (now() - this.#answeredAt >= longestSilence * 60_000) throw silent(this.#run, error);
      return undefined;
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #see(task: unknown): void {
    this.#tasks.set(stringAt(task, 'metadata', 'name') ?? '', task);
  }

  async #watch(
    request: Omit<WatchRequest, 'namespace'>,
    onChanges: (changes: readonly ObjectChange[]) => void,
  ): Promise<void> {
    const { cluster, stream, sleep, random } = this.#ports;
    const { signal } = this.#stop;
    try {
      const whole = { ...request, namespace: this.#run.namespace };
      for await (const { changes } of watchObjects(whole, { cluster, stream, sleep, random }, signal)) {
        onChanges(changes);
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  async #show(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    for (const task of [...this.#tasks.values()].map(stateOfTaskRun)) {
      await this.#showNewLines(task);
      this.#showState(task);
    }
  }

  #showState(task: TaskRunState): void {
    const { now, onState, onWaiting } = this.#ports;
    const { task: name, reason, message, containers, hasEnded } = task;
    const shown = this.#shown.get(name);
    const isNew = shown?.reason !== reason;
    const current = isNew ? { reason, since: now(), message: '' } : shown;
    this.#shown.set(name, current);
    if (isNew) onState(task);
    const isLong = problems.has(reason) || now() - current.since >= usualWait;
    if (hasEnded || containers.length > 0 || !isLong || message === current.message) return;
    onWaiting(name, message);
    current.message = message;
  }

  /** Shows each line that the steps of a task wrote since the last time. A pod that is gone has no lines. */
  async #showNewLines({ task, pod, containers }: TaskRunState): Promise<void> {
    if (pod === undefined) return;
    const { cluster, onLine } = this.#ports;
    const path = `${objectPath({ kind: knownKinds.pods, namespace: this.#run.namespace, name: pod })}/log`;
    for (const { name, hasEnded } of containers) {
      const read = this.#logs.get(`${pod}/${name}`) ?? { time: '', isComplete: false };
      if (read.isComplete) continue;
      const since = read.time === '' ? {} : { sinceTime: read.time };
      const query = { container: name, timestamps: 'true', ...since };
      const asked = cluster.request({ path, query, asText: true }).catch(onRefusal([400, 404], ''));
      const text = await this.#ask(asked);
      if (text === undefined) continue;
      const lines = linesAfter(typeof text === 'string' ? text : '', read.time);
      for (const line of lines) onLine(task, line.text);
      this.#logs.set(`${pod}/${name}`, { time: lines.at(-1)?.time ?? read.time, isComplete: hasEnded });
    }
  }
}

/** Whether an error passes by itself: a broken connection, a server or node with problems, a busy server. */
function doesPass(error: unknown): error is TaskError {
  if (isRefusal(error)) return error.status >= 500 || error.status === 429;
  return error instanceof TaskError && error.code === 'unreachable';
}

function missing({ namespace, name }: FollowedRun, { contextName }: Cluster): TaskError {
  return new TaskError('invalid-param', `PipelineRun ${namespace}/${name} not found in context ${contextName}`, {
    remedy: `Check the name and the namespace: kubectl get pipelineruns --namespace=${namespace}.`,
  });
}

function tooLong({ namespace, name, timeoutSeconds }: FollowedRun, { reason, message }: RunState): TaskError {
  const state = message === '' ? reason : `${reason}: ${message}`;
  const problem = `did not end in ${String(timeoutSeconds)} s: ${state}`;
  return new TaskError('timeout', `PipelineRun ${namespace}/${name} ${problem}`, {
    remedy: 'The run continues. Follow it again, with a longer timeout.',
  });
}

function deleted({ namespace, name }: FollowedRun): TaskError {
  return new TaskError('incomplete', `following PipelineRun ${namespace}/${name}: it was deleted before it ended`, {
    remedy: 'Find out who deleted it, then start the run again: finished work is skipped.',
  });
}

function silent({ namespace, name }: FollowedRun, { code, message }: TaskError): TaskError {
  const problem = `no answer for ${String(longestSilence)} minutes: ${message}`;
  return new TaskError(code, `following PipelineRun ${namespace}/${name}: ${problem}`, {
    remedy: `The run continues. Follow it when the cluster answers: crane-tasks watch ${name} --namespace=${namespace}.`,
  });
}
