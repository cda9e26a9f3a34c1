import type { RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';

import { TaskError } from '../../domain/core/errors.ts';
import { forwardPort, type PodPort } from './forward-port.ts';
import type { Connection } from './open-cluster.ts';

/** Streams to pods, over an own connection each. */
export interface PodStreams {
  /**
   * Connects to a port on the loopback address of a pod.
   * @throws TaskError `forbidden` without the right to do so, `unreachable`
   */
  forwardPort(pod: PodPort): Promise<Duplex>;
}

/** Opens streams with the address, trust, proxy and login of a connection. */
export function openPodStreams(connection: Connection): PodStreams {
  const handler = new WebSocketHandler(new ConnectionConfig(connection));
  return {
    forwardPort: (pod) =>
      forwardPort(handler, pod).catch((error: unknown) => {
        throw streamError(error, pod, connection);
      }),
  };
}

/** What client-node knows of a connection. Its own kubeconfig rules would differ from those of all other requests. */
class ConnectionConfig extends KubeConfig {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
  }

  override getCurrentCluster(): Cluster {
    const { contextName, server } = this.#connection;
    return { name: contextName, server: server.replace(/\/$/, ''), skipTLSVerify: false };
  }

  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    options.agent = this.#connection.agent;
    options.headers = { ...(await this.#connection.credentials.headers()), 'user-agent': 'crane-tasks' };
  }
}

function streamError(error: unknown, { namespace, name }: PodPort, { contextName }: Connection): TaskError {
  const message = error instanceof Error ? error.message : hasMessage(error) ? error.message : String(error);
  const doing = `port-forward to pod ${namespace}/${name} of context ${contextName}: ${message}`;
  if (/^Unexpected server response: 40[13]$/.test(message)) {
    return new TaskError('forbidden', doing, {
      remedy: 'Allow get and create on pods/portforward in this namespace, or choose another endpoint-type.',
      cause: error,
    });
  }
  return new TaskError('unreachable', doing, { remedy: 'Check the API server and the node of the pod.', cause: error });
}

/** The library rejects with the event of a WebSocket. */
function hasMessage(value: unknown): value is { readonly message: string } {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
