import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { valueAt } from '../../domain/core/json-object.ts';
import type { WatchedCollection } from '../../domain/kube/cluster.ts';

/** @throws TaskError `forbidden`, `unreachable` */
export async function watchCollection(
  config: KubeConfig,
  collection: WatchedCollection,
  onObject: (object: unknown) => void,
): Promise<void> {
  try {
    await watchOnce(config, collection, onObject);
  } catch (error) {
    throw watchError(error, collection);
  }
}

function watchOnce(
  config: KubeConfig,
  { path, query, signal }: WatchedCollection,
  onObject: (object: unknown) => void,
): Promise<void> {
  const watch = new Watch(config);
  return new Promise((resolve, reject) => {
    const onEvent = (type: string, object: unknown): void => {
      if (type === 'ADDED' || type === 'MODIFIED') onObject(object);
    };
    const onEnd = (error: unknown): void => {
      // The library ends a watch without events after 30 s.
      if (error instanceof Error && error.name !== 'TimeoutError' && !signal.aborted) reject(error);
      else resolve();
    };
    watch
      .watch(path, query, onEvent, onEnd)
      .then((controller) => signal.addEventListener('abort', () => controller.abort(), { once: true }), reject);
  });
}

function watchError(error: unknown, { path }: WatchedCollection): TaskError {
  const status = valueAt(error, 'statusCode');
  const doing = `watching ${path}: ${messageOf(error)}`;
  if (status === 401 || status === 403) {
    return new TaskError('forbidden', doing, { remedy: 'Allow the verbs get, list and watch on it.', cause: error });
  }
  return new TaskError('unreachable', doing, { remedy: 'Check the API server, then run again.', cause: error });
}
