import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { openClusterStreams, type ClusterStreams } from '../../src/adapters/kube/cluster-streams.ts';
import { createAgent } from '../../src/adapters/http/agents.ts';
import { aHost } from './host.ts';

/** An API server that has exec alone, with the protocol of its WebSockets. */
export interface ExecServer {
  readonly server: WebSocketServer;
  readonly streams: ClusterStreams;
  /** Waits for the next exec. */
  readonly accept: () => Promise<{ readonly kubelet: WebSocket; readonly url: URL }>;
  readonly close: () => void;
}

export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;
export const success = JSON.stringify({ metadata: {}, status: 'Success' });

/** A message of a channel. */
export function message(channel: keyof typeof channels, content: string | Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(channels[channel]), Buffer.from(content)]);
}

export async function startExecServer(
  protocol = 'v5.channel.k8s.io',
  refuse: () => number | undefined = () => undefined,
  signal?: AbortSignal,
): Promise<ExecServer> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => protocol,
    verifyClient: (_info, done) => {
      const status = refuse();
      if (status === undefined) done(true);
      else done(false, status, 'no');
    },
  });
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const streams = openClusterStreams({
    contextName: 'source',
    server: url.href,
    url,
    agent: createAgent(url, undefined, {}),
    credentials: {
      headers: () => Promise.resolve({ authorization: 'Bearer t0ken' }),
      token: () => Promise.resolve(undefined),
      forget: () => false,
    },
    log: aHost().log,
    signal,
    limits: { rate: undefined, requestTimeout: undefined },
  });
  return {
    server,
    streams,
    accept: async () => {
      const [kubelet, request] = (await once(server, 'connection')) as [WebSocket, { url: string }];
      return { kubelet, url: new URL(request.url, url) };
    },
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
