import type { TestCluster } from './test-cluster.ts';

const path = '/apis/tekton.dev/v1/namespaces/migrations';
const contentType = 'application/merge-patch+json';

export interface RunParts {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Absent: the controller has not seen the run. */
  readonly status?: object;
}

export interface TaskRunParts {
  readonly run: string;
  readonly task: string;
  /** Absent: it has no pod. */
  readonly pod?: string;
  readonly reason?: string;
  readonly status?: 'Unknown' | 'True' | 'False';
  readonly message?: string;
  readonly hasEnded?: boolean;
}

/** A PipelineRun as Tekton leaves it, in namespace migrations. */
export async function createRun(cluster: TestCluster, { name, labels = {}, status }: RunParts): Promise<void> {
  await cluster.create(`${path}/pipelineruns`, {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name, labels },
    spec: { pipelineRef: { name: 'crane-cutover' } },
  });
  if (status !== undefined) await setStatus(cluster, `pipelineruns/${name}`, status);
}

/** A TaskRun of a run, with a pod of one step. */
export async function createTaskRun(cluster: TestCluster, parts: TaskRunParts): Promise<void> {
  const { run, task } = parts;
  await cluster.create(`${path}/taskruns`, {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: `${run}-${task}`, labels: { 'tekton.dev/pipelineRun': run, 'tekton.dev/pipelineTask': task } },
    spec: {},
  });
  await setTaskRun(cluster, parts);
}

export async function setTaskRun(cluster: TestCluster, parts: TaskRunParts): Promise<void> {
  const { run, task, pod, reason = 'Running', status = 'Unknown', message = '', hasEnded = false } = parts;
  const state = hasEnded ? { terminated: { exitCode: status === 'True' ? 0 : 1 } } : { running: {} };
  await setStatus(cluster, `taskruns/${run}-${task}`, {
    conditions: [{ type: 'Succeeded', status, reason, message }],
    startTime: new Date(Date.now() - 5000).toISOString(),
    ...(hasEnded ? { completionTime: new Date().toISOString() } : {}),
    ...(pod === undefined ? {} : { podName: pod, steps: [{ name: 'run', container: 'step-run', ...state }] }),
  });
}

export function setStatus({ cluster }: TestCluster, at: string, status: object): Promise<unknown> {
  return cluster.request({ method: 'PATCH', path: `${path}/${at}/status`, body: { status }, contentType });
}
