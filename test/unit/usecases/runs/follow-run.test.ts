import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Cluster, ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import type { WatchedKind, WatchEvent } from '../../../../src/domain/kube/cluster-stream.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { followRun } from '../../../../src/usecases/runs/follow-run.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const condition = (status: string, reason: string) => ({ conditions: [{ type: 'Succeeded', status, reason }] });

function aRun(status: string, reason: string): JsonObject {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'move', namespace: 'shop', resourceVersion: nextVersion() },
    status: condition(status, reason),
  };
}

function aTask(name: string, [status, reason]: readonly [string, string], step: JsonObject): JsonObject {
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

type Step = (scene: Scene) => void;

let versions = 0;

/** As an API server does: another version for each state. */
function nextVersion(): string {
  versions += 1;
  return String(versions);
}

/** A run in memory: at each pause the next step happens. */
class Scene {
  readonly logs = new Map<string, string>();
  readonly printed: string[] = [];
  readonly watched: { readonly kind: string; readonly signal: AbortSignal }[] = [];
  tasks: JsonObject[] = [];
  run: JsonObject | undefined = aRun('Unknown', 'Running');
  failure: TaskError | undefined;
  /** Whether watches give no events. */
  isSilent = false;
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
      for (const object of kind === 'TaskRun' ? this.tasks : [this.run ?? {}]) yield { type: 'MODIFIED', object };
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #cluster(): Cluster {
    const request = ({ path }: ClusterRequest): unknown => {
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

describe('following a PipelineRun', () => {
  it('reports each state once and each line once, to the end', async () => {
    const scene = new Scene(
      (at) => {
        at.tasks = [aTask('export', ['Unknown', 'Running'], { running: {} })];
        at.logs.set('export-pod', '2026-01-31T10:00:00.1Z one\n');
      },
      () => undefined,
      (at) => at.logs.set('export-pod', '2026-01-31T10:00:00.1Z one\n2026-01-31T10:00:00.2Z two\n'),
      (at) => {
        at.tasks = [aTask('export', ['True', 'Succeeded'], { terminated: {} })];
      },
      (at) => {
        at.tasks = [...at.tasks, aTask('apply', ['False', 'Failed'], { terminated: {} })];
        at.logs.set('apply-pod', '2026-01-31T10:00:01.1Z broken\n');
        at.run = aRun('False', 'Failed');
      },
    );
    expect(await scene.follow()).toMatchObject({ hasEnded: true, hasSucceeded: false, reason: 'Failed' });
    expect(scene.printed).toEqual([
      'export | one',
      'export Running',
      'export | two',
      'export Succeeded',
      'apply | broken',
      'apply Failed',
    ]);
    expect(scene.watched.map(({ kind }) => kind).sort()).toEqual(['PipelineRun', 'TaskRun']);
    expect(scene.watched.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('says why a task waits for its pod, after some seconds and once', async () => {
    const waiting = (why: string): JsonObject => {
      const message = `pod status "PodScheduled":"False"; message: "${why}"`;
      const conditions = [{ type: 'Succeeded', status: 'Unknown', reason: 'Pending', message }];
      return { ...aTask('build', ['Unknown', 'Pending'], {}), status: { podName: 'build-pod', conditions } };
    };
    const nothing = Array.from({ length: 14 }, () => () => undefined);
    const scene = new Scene(
      (at) => {
        at.tasks = [waiting('no node')];
      },
      ...nothing,
      (at) => {
        at.tasks = [waiting('quota')];
      },
      () => undefined,
      (at) => {
        at.tasks = [aTask('build', ['True', 'Succeeded'], {})];
        at.run = aRun('True', 'Succeeded');
      },
    );
    await scene.follow();
    expect(scene.printed).toEqual([
      'build Pending',
      'build waits: pod status "PodScheduled":"False"; message: "no node"',
      'build waits: pod status "PodScheduled":"False"; message: "quota"',
      'build Succeeded',
    ]);
  });

  it('says at once why an image is not pulled', async () => {
    const message = 'build step "step-build" is pending with reason "Back-off pulling image"';
    const waits = (reason: string): JsonObject => {
      const conditions = [{ type: 'Succeeded', status: 'Unknown', reason, message }];
      return { ...aTask('build', ['Unknown', reason], {}), status: { podName: 'build-pod', conditions } };
    };
    const scene = new Scene(
      (at) => {
        at.tasks = [waits('Pending')];
      },
      (at) => {
        at.tasks = [waits('PullImageFailed')];
      },
      () => undefined,
      (at) => {
        at.run = aRun('False', 'Failed');
      },
    );
    await scene.follow();
    expect(scene.printed).toEqual(['build Pending', 'build PullImageFailed', `build waits: ${message}`]);
  });

  it('fails when it may not watch', async () => {
    const scene = new Scene();
    scene.failure = new TaskError('forbidden', 'no', { remedy: 'Allow it.' });
    expect((await thrownBy(() => scene.follow())).code).toBe('forbidden');
  });

  it('fails without the run, and after its timeout', async () => {
    const gone = new Scene();
    gone.run = undefined;
    expect((await thrownBy(() => gone.follow())).code).toBe('invalid-param');
    expect((await thrownBy(() => new Scene().follow(5))).code).toBe('timeout');
  });

  it('does without the log of a pod that is gone', async () => {
    const scene = new Scene((at) => {
      at.tasks = [aTask('export', ['True', 'Succeeded'], { terminated: {} })];
      at.run = aRun('True', 'Succeeded');
    });
    await scene.follow();
    expect(scene.printed).toEqual(['export Succeeded']);
  });
});

describe('a broken connection', () => {
  it('sees the end of the run without an event about it', async () => {
    const scene = new Scene((at) => {
      at.isSilent = true;
      at.run = aRun('True', 'Succeeded');
    });
    expect(await scene.follow(30)).toMatchObject({ hasSucceeded: true });
  });

  it('watches again after the connection broke', async () => {
    const scene = new Scene(
      (at) => {
        at.failure = new TaskError('unreachable', 'broken', { remedy: 'Wait.' });
      },
      () => undefined,
      (at) => {
        at.failure = undefined;
        at.run = aRun('True', 'Succeeded');
      },
    );
    expect(await scene.follow()).toMatchObject({ hasSucceeded: true });
  });
});
