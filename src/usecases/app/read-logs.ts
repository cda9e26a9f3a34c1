import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';

export interface LogChoice {
  /** Undefined: all containers. */
  readonly container: string | undefined;
  /** Lines of each container at most. */
  readonly tail: number;
}

/**
 * Gives the last log lines of the containers of pods, one pod after the other. A container that has not started has none.
 * @returns how many lines there were
 * @throws ClusterStatusError
 */
export async function readLogs(
  pods: readonly Resource[],
  { container, tail }: LogChoice,
  { cluster, onLine }: { readonly cluster: Cluster; readonly onLine: (line: string) => void },
): Promise<number> {
  let count = 0;
  for (const pod of pods) {
    const { namespace = '', name } = pod.metadata;
    const path = `${objectPath({ kind: knownKinds.pods, namespace, name })}/log`;
    for (const each of containersOf(pod).filter((one) => container === undefined || one === container)) {
      const query = { container: each, tailLines: String(tail) };
      const text = await cluster.request({ path, query, asText: true }).catch(notStarted);
      const lines = String(text)
        .split('\n')
        .filter((line) => line !== '');
      for (const line of lines) onLine(`${name} ${each} | ${line}`);
      count += lines.length;
    }
  }
  return count;
}

function containersOf(pod: Resource): readonly string[] {
  const all = ['initContainers', 'containers'].flatMap((list) => arrayAt(pod, 'spec', list));
  return all.flatMap((container) => stringAt(container, 'name') ?? []);
}

/** The API server answers 400 for a container that waits to start, and 404 for a pod that is gone. */
function notStarted(error: unknown): string {
  if (isRefusal(error, 400, 404)) return '';
  throw error;
}
