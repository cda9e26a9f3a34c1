import type { RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import type { RequestContext } from '@kubernetes/client-node/dist/api.js';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';

import type { LiveEvents } from '../../domain/kube/cluster.ts';
import { createDispatcher, type Dispatcher } from '../http/dispatcher.ts';
import type { Headers } from './credentials.ts';
import { forwardPort, type PodPort } from './forward-port.ts';
import type { Connection } from './open-cluster.ts';
import { watchCollection } from './watch-collection.ts';

/** What lasts as long as its connection. */
export interface ClusterStreams extends LiveEvents {
  /**
   * Connects to a port on the loopback address of a pod.
   * @throws TaskError `forbidden` without the right to do so, `unreachable`
   */
  forwardPort(pod: PodPort): Promise<Duplex>;
  close(): Promise<void>;
}

/** Opens streams with the address, trust, proxy and login of a connection. */
export function openClusterStreams(connection: Connection): ClusterStreams {
  const dispatcher = createDispatcher(connection.agent);
  const config = new ConnectionConfig(connection, dispatcher);
  const handler = new WebSocketHandler(config);
  return {
    watch: (collection, onObject) => watchCollection(config, collection, onObject),
    forwardPort: (pod) => forwardPort(handler, pod),
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
