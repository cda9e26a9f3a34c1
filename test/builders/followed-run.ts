import type { TaskError } from '../../src/domain/core/errors.ts';
import type { JsonObject } from '../../src/domain/core/json-object.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import type { WatchedKind, WatchEvent } from '../../src/domain/kube/cluster-stream.ts';
import { ClusterStatusError } from '../../src/domain/kube/status-error.ts';
import { followRun } from '../../src/usecases/runs/follow-run.ts';

const condition = (status: string, reason: string) => ({ conditions: [{ type: 'Succeeded', status, reason }] });

export function aRun(status: string, reason: string): JsonObject {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'move', namespace: 'shop', resourceVersion: nextVersion() },
    status: condition(status, reason),
  };
}

export function aTask(name: string, [status, reason]: readonly [string, string], step: JsonObject): JsonObject {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: {
      name: `move-${name}`,
      namespace: 'shop',
      labels: { 'tekton.dev/pipelineTask': name },
      resourceVersion: nextVersion(),
    },
    status: { ...condition(status, reason), podName: `${name}-pod`, steps: [{ container: 'step-run', ...step }] },
  };
}

type Step = (scene: FollowedScene) => void;

let versions = 0;

/** As an API server does: another version for each state. */
function nextVersion(): string {
  versions += 1;
  return String(versions);
}

/** A run in memory: at each pause the next step happens. */
export class FollowedScene {
  readonly logs = new Map<string, string>();
  readonly printed: string[] = [];
  readonly watched: { readonly kind: string; readonly signal: AbortSignal }[] = [];
  tasks: JsonObject[] = [];
  run: JsonObject | undefined = aRun('Unknown', 'Running');
  failure: TaskError | undefined;
  /** Whether watches give no events. */
  isSilent = false;
  /** What requests end with. */
  refused: TaskError | undefined;
  readonly #steps: Step[];
  #now = 0;
  #wake: (() => void)[] = [];

  constructor(...steps: Step[]) {
    this.#steps = steps;
  }

  follow(timeoutSeconds = 60) {
    return followRun(
      { namespace: 'shop', name: 'move', timeoutSeconds },
      {
        cluster: this.#cluster(),
        stream: {
          watch: (collection, _options, signal) => this.#watch(collection, signal),
          followLog: () => {
            throw new Error('not asked for');
          },
        },
        random: () => 0,
        now: () => this.#now,
        sleep: async (milliseconds) => {
          this.#now += milliseconds;
          this.#steps.shift()?.(this);
          for (const wake of this.#wake.splice(0)) wake();
          await new Promise((resolve) => setImmediate(resolve));
        },
        onState: ({ task, reason }) => void this.printed.push(`${task} ${reason}`),
        onWaiting: (task, message) => void this.printed.push(`${task} waits: ${message}`),
        onLine: (task, line) => void this.printed.push(`${task} | ${line}`),
      },
    );
  }

  async *#watch({ kind: { kind } }: WatchedKind, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    this.watched.push({ kind, signal });
    while (!signal.aborted) {
      if (this.failure !== undefined) throw this.failure;
      if (this.isSilent) await new Promise(() => undefined);
      const isGone = kind === 'PipelineRun' && this.run === undefined;
      const objects = kind === 'TaskRun' ? this.tasks : [this.run ?? aRun('Unknown', 'Running')];
      for (const object of objects) yield { type: isGone ? 'DELETED' : 'MODIFIED', object };
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #cluster(): Cluster {
    const request = ({ path }: ClusterRequest): unknown => {
      if (this.refused !== undefined) throw this.refused;
      if (path.endsWith('/pipelineruns/move') && this.run !== undefined) return this.run;
      if (path.endsWith('/taskruns')) return { apiVersion: 'tekton.dev/v1', kind: 'TaskRunList', items: this.tasks };
      if (path.endsWith('/pipelineruns'))
        return { apiVersion: 'tekton.dev/v1', kind: 'PipelineRunList', items: [this.run] };
      const log = this.logs.get(path.split('/')[6] ?? '');
      if (path.endsWith('/log') && log !== undefined) return log;
      throw new ClusterStatusError(`GET ${path}`, { status: 404, reason: 'NotFound', message: '' });
    };
    return {
      redactor: new Redactor(),
      contextName: 'destination',
      server: 'https://destination.test',
      request: (asked) => Promise.resolve().then(() => request(asked)),
      token: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
  }
}
