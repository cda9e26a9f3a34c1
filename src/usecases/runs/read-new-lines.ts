import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { linesAfter, type TaskRunState } from '../../domain/runs/pipeline-run.ts';

/** How far the log of each container was read, by pod and container. */
export type ReadLogs = Map<string, { time: string; isComplete: boolean }>;

export interface TaskLogs {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly task: TaskRunState;
  readonly logs: ReadLogs;
}

/** Calls for each line that the steps of a task wrote since the last call. A pod that is gone has no lines. */
export async function readNewLines(
  { cluster, namespace, task, logs }: TaskLogs,
  onLine: (task: string, line: string) => void,
): Promise<void> {
  const { pod, containers } = task;
  if (pod === undefined) return;
  const path = `${objectPath({ kind: knownKinds.pods, namespace, name: pod })}/log`;
  for (const { name, hasEnded } of containers) {
    const read = logs.get(`${pod}/${name}`) ?? { time: '', isComplete: false };
    if (read.isComplete) continue;
    const since = read.time === '' ? {} : { sinceTime: read.time };
    const query = { container: name, timestamps: 'true', ...since };
    const text = await cluster.request({ path, query, asText: true }).catch(onRefusal([400, 404], ''));
    const lines = linesAfter(typeof text === 'string' ? text : '', read.time);
    for (const line of lines) onLine(task.task, line.text);
    logs.set(`${pod}/${name}`, { time: lines.at(-1)?.time ?? read.time, isComplete: hasEnded });
  }
}
