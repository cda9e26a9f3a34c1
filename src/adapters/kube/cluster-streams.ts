import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';

import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';

import type { RunCommand } from '../../domain/containerize/running-command.ts';
import type { Headers } from './rotating-login.ts';
import { execInPod, type PodContainer } from './exec.ts';
import { forwardPort, type PodPort } from './forward-port.ts';
import type { Connection } from './open-cluster.ts';

/** What lasts as long as its connection. */
export interface ClusterStreams {
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
  const handler = new WebSocketHandler(new ConnectionConfig(connection));
  return {
    forwardPort: (pod) => forwardPort(handler, pod),
    exec: (container, command, input) => execInPod(handler, container, { command, input, signal: connection.signal }),
    close: () => {
      connection.agent.destroy();
      return Promise.resolve();
    },
  };
}

/** What client-node knows of a connection. Its own rules for kubeconfigs would differ from those of all other requests. */
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
    options.headers = await this.#headers();
  }

  async #headers(): Promise<Headers> {
    return { ...(await this.#connection.credentials.headers()), 'user-agent': 'crane-tasks' };
  }
}
