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
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';

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
/** Each pod waits for a moment. Milliseconds. */
const usualWait = 10_000;
/** Reasons of Tekton that do not pass by themselves, as a rule. */
const problems: ReadonlySet<string> = new Set([
  'PullImageFailed',
  'CreateContainerConfigError',
  'ExceededNodeResources',
]);

/** Follows a PipelineRun. @throws TaskError `invalid-param` when there is none, `timeout`, `tls-untrusted`; ClusterStatusError */
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
  #failure: Error | undefined;

  constructor(run: FollowedRun, ports: FollowPorts) {
    this.#run = run;
    this.#ports = ports;
  }

  async follow(found: unknown): Promise<RunState> {
    const { namespace, name, timeoutSeconds } = this.#run;
    const { now, sleep, cluster } = this.#ports;
    this.#current = found;
    const until = now() + timeoutSeconds * 1000;
    let readAt = now();
    const labelSelector = `${runLabel}=${name}`;
    void this.#watch({ kind: taskRuns, labelSelector }, (tasks) => tasks.forEach((task) => this.#see(task)));
    void this.#watch({ kind: pipelineRuns, fieldSelector: `metadata.name=${name}` }, (runs) => {
      this.#current = runs.at(-1) ?? this.#current;
    });
    for (;;) {
      const state = stateOfRun(this.#current);
      if (state.hasEnded) {
        // The last changes of the tasks can come after the end of the run.
        const tasks = await collectObjects({ cluster, kind: taskRuns, namespace, labelSelector });
        for (const task of tasks) this.#see(task);
      }
      await this.#show();
      if (state.hasEnded) return state;
      if (now() > until) throw tooLong(this.#run, state);
      await sleep(lookInterval);
      if (now() - readAt < readInterval) continue;
      readAt = now();
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { namespace, name } = this.#run;
    const found = await findObject(this.#ports.cluster, { kind: pipelineRuns, namespace, name }).catch(
      unlessUnreachable,
    );
    this.#current = found ?? this.#current;
  }

  stop(): void {
    this.#stop.abort();
  }

  #see(task: unknown): void {
    this.#tasks.set(stringAt(task, 'metadata', 'name') ?? '', task);
  }

  async #watch(
    request: Omit<WatchRequest, 'namespace'>,
    onObjects: (objects: readonly unknown[]) => void,
  ): Promise<void> {
    const { cluster, stream, sleep, random } = this.#ports;
    const { signal } = this.#stop;
    try {
      const whole = { ...request, namespace: this.#run.namespace };
      for await (const { changes } of watchObjects(whole, { cluster, stream, sleep, random }, signal)) {
        onObjects(changes.filter(({ type }) => type !== 'deleted').map(({ object }) => object));
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
      const text = await cluster.request({ path, query, asText: true }).catch(onRefusal([400, 404], ''));
      const lines = linesAfter(typeof text === 'string' ? text : '', read.time);
      for (const line of lines) onLine(task, line.text);
      this.#logs.set(`${pod}/${name}`, { time: lines.at(-1)?.time ?? read.time, isComplete: hasEnded });
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TaskError && error.code === 'unreachable';
}

/** The run continues while the connection is broken. */
function unlessUnreachable(error: unknown): undefined {
  if (!isUnreachable(error)) throw error;
  return undefined;
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
