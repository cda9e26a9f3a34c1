import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { ClusterStream } from '../../../domain/kube/cluster-stream.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import { watchObjects, type WatchRequest } from '../../../usecases/cluster/watch-objects.ts';

export interface Watching {
  readonly cluster: Cluster;
  readonly stream: ClusterStream;
  readonly signal: AbortSignal;
  /** All objects, at the beginning and after each change. */
  readonly onObjects: (objects: readonly Resource[]) => void;
  /** The cluster does not answer, or refuses. Undefined: it answers again. */
  readonly onTrouble: (error: TaskError | undefined) => void;
}

/** Milliseconds until a refusal is tried again: rights and kinds may come later. */
const refusalPause = 30_000;
/** Breaks in a row that are not reported: connections end, and are there again half a second later. */
const quietBreaks = 1;

/** Watches until the signal is aborted, whatever happens to the cluster. A kind that is not installed has no objects. */
export async function keepWatching(request: WatchRequest, watching: Watching): Promise<void> {
  const { cluster, stream, signal, onObjects, onTrouble } = watching;
  const sleep = sleepUntil(signal, 'watching for events');
  let breaks = 0;
  const ports = {
    cluster,
    stream,
    sleep,
    random: Math.random,
    onTrouble: (error: Error) => {
      breaks += 1;
      if (breaks > quietBreaks && error instanceof TaskError) onTrouble(error);
    },
    onOpen: () => {
      breaks = 0;
      onTrouble(undefined);
    },
  };
  while (!signal.aborted) {
    try {
      for await (const { objects } of watchObjects(request, ports, signal)) onObjects([...objects.values()]);
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      if (isRefusal(error, 404)) onObjects([]);
      else onTrouble(error);
      await sleep(refusalPause).catch(() => undefined);
    }
  }
}
