import type { Duplex } from 'node:stream';

import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';

import type { RunCommand } from '../../domain/containerize/running-command.ts';
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
  const handler = new WebSocketHandler(configOf(connection) as KubeConfig);
  return {
    forwardPort: (pod) => forwardPort(handler, pod),
    exec: (container, command, input) => execInPod(handler, container, { command, input, signal: connection.signal }),
    close: () => {
      connection.agent.destroy();
      return Promise.resolve();
    },
  };
}

/**
 * What the handler asks its KubeConfig for. That class loads a module for each kind of Kubernetes, 30 MiB in memory, and its
 * own rules for kubeconfigs would differ from those of all other requests.
 */
type StreamConfig = Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'>;

function configOf({ contextName, server, agent, credentials }: Connection): StreamConfig {
  return {
    getCurrentCluster: () => ({ name: contextName, server: server.replace(/\/$/, ''), skipTLSVerify: false }),
    applyToHTTPSOptions: async (options) => {
      options.agent = agent;
      options.headers = { ...(await credentials.headers()), 'user-agent': 'crane-tasks' };
    },
  };
}
