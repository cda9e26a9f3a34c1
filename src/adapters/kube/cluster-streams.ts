import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';
import type { RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import type { RequestContext } from '@kubernetes/client-node/dist/api.js';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';

import type { RunCommand } from '../../domain/containerize/running-command.ts';
import type { LiveEvents, WatchedCollection } from '../../domain/kube/cluster.ts';
import { createDispatcher, type Dispatcher } from '../http/dispatcher.ts';
import type { Headers } from './credentials.ts';
import { execInPod, type PodContainer } from './exec.ts';
import { forwardPort, type PodPort } from './forward-port.ts';
import type { Connection } from './open-cluster.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { valueAt } from '../../domain/core/json-object.ts';

/** What lasts as long as its connection. */
export interface ClusterStreams extends LiveEvents {
  /**
   * Connects to a port on the loopback address of a pod.
   * @throws TaskError `forbidden` without the right to do so, `unreachable`
   */
  forwardPort(pod: PodPort): Promise<Duplex>;
  /**
   * Runs a command in a container of a pod.
   * @throws TaskError `forbidden` without the right to do so, `unreachable`
   */
  exec(container: PodContainer, ...call: Parameters<RunCommand>): ReturnType<RunCommand>;
  close(): Promise<void>;
}

export function openClusterStreams(connection: Connection): ClusterStreams {
  const dispatcher = createDispatcher(connection.agent);
  const config = new ConnectionConfig(connection, dispatcher);
  const handler = new WebSocketHandler(config);
  return {
    watch: (collection, onObject) =>
      watchCollection(config, collection, onObject).catch((error: unknown) => {
        throw watchError(error, collection);
      }),
    forwardPort: (pod) => forwardPort(handler, pod),
    exec: (container, command, input) => execInPod(handler, container, { command, input, signal: connection.signal }),
    close: async () => {
      await dispatcher.destroy();
      connection.agent.destroy();
    },
  };
}

/** What client-node knows of a connection. Its own rules for kubeconfigs would differ from those of all other requests. */
class ConnectionConfig extends KubeConfig {
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;

  constructor(connection: Connection, dispatcher: Dispatcher) {
    super();
    this.#connection = connection;
    this.#dispatcher = dispatcher;
  }

  override getCurrentCluster(): Cluster {
    const { contextName, server } = this.#connection;
    return { name: contextName, server: server.replace(/\/$/, ''), skipTLSVerify: false };
  }

  override async applySecurityAuthentication(request: RequestContext): Promise<void> {
    for (const [name, value] of Object.entries(await this.#headers())) request.setHeaderParam(name, String(value));
    request.setDispatcher(this.#dispatcher);
  }

  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    options.agent = this.#connection.agent;
    options.headers = await this.#headers();
  }

  async #headers(): Promise<Headers> {
    return { ...(await this.#connection.credentials.headers()), 'user-agent': 'crane-tasks' };
  }
}

function watchCollection(
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
