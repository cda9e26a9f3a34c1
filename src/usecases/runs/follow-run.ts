import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { collectionPath } from '../../domain/kube/api-paths.ts';
import type { Cluster, LiveEvents } from '../../domain/kube/cluster.ts';
import {
  pipelineRuns,
  runLabel,
  stateOfRun,
  stateOfTaskRun,
  taskRuns,
  type RunState,
  type TaskRunState,
} from '../../domain/runs/pipeline-run.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { readNewLines, type ReadLogs } from './read-new-lines.ts';

export interface FollowedRun {
  readonly namespace: string;
  readonly name: string;
  readonly timeoutSeconds: number;
}

export interface FollowPorts {
  readonly cluster: Cluster;
  readonly events: LiveEvents;
  readonly now: () => number;
  /** @throws TaskError `interrupted` */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly onState: (task: TaskRunState) => void;
  readonly onLine: (task: string, line: string) => void;
}

const lookInterval = 1000;

/**
 * Follows a PipelineRun to its end: each change of a task, and each line that its steps write.
 * @throws TaskError `invalid-param` when there is no such run, `timeout`, `forbidden`; ClusterStatusError
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
  readonly #reasons = new Map<string, string>();
  readonly #logs: ReadLogs = new Map();
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
    const labelSelector = `${runLabel}=${name}`;
    void this.#watch(collectionPath(taskRuns, namespace), { labelSelector }, (task) => this.#see(task));
    void this.#watch(collectionPath(pipelineRuns, namespace), { fieldSelector: `metadata.name=${name}` }, (object) => {
      this.#current = object;
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
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #see(task: unknown): void {
    this.#tasks.set(stringAt(task, 'metadata', 'name') ?? '', task);
  }

  async #watch(
    path: string,
    query: Readonly<Record<string, string>>,
    onObject: (object: unknown) => void,
  ): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#ports.events.watch({ path, query, signal }, onObject);
      } catch (error) {
        if (!(error instanceof TaskError && error.code === 'unreachable')) this.#failure = asError(error);
        await this.#ports.sleep(lookInterval).catch(() => this.stop());
      }
    }
  }

  async #show(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { cluster, onState, onLine } = this.#ports;
    for (const task of [...this.#tasks.values()].map(stateOfTaskRun)) {
      await readNewLines({ cluster, namespace: this.#run.namespace, task, logs: this.#logs }, onLine);
      if (this.#reasons.get(task.task) !== task.reason) onState(task);
      this.#reasons.set(task.task, task.reason);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function missing({ namespace, name }: FollowedRun, { contextName }: Cluster): TaskError {
  return new TaskError('invalid-param', `PipelineRun ${namespace}/${name} not found in context ${contextName}`, {
    remedy: `Check the name and the namespace: kubectl get pipelineruns --namespace=${namespace}.`,
  });
}

function tooLong({ namespace, name, timeoutSeconds }: FollowedRun, { reason, message }: RunState): TaskError {
  const state = message === '' ? reason : `${reason}: ${message}`;
  return new TaskError(
    'timeout',
    `PipelineRun ${namespace}/${name} did not end in ${String(timeoutSeconds)} s: ${state}`,
    {
      remedy: 'The run continues. Follow it again, with a longer timeout.',
    },
  );
}
