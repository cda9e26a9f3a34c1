import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';
import { WebSocketServer, type WebSocket } from 'ws';

import { createAgent } from '../../src/adapters/http/agents.ts';
import { openClusterStreams, type ClusterStreams } from '../../src/adapters/kube/cluster-streams.ts';
import { execInPod, type ExecTiming, type PodContainer } from '../../src/adapters/kube/exec.ts';
import type { RunCommand } from '../../src/domain/containerize/running-command.ts';
import { aHost } from './host.ts';

/** An API server that has exec and port-forward alone, with the protocol of their WebSockets. */
export interface StreamServer {
  readonly server: WebSocketServer;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly streams: ClusterStreams;
  /** Waits for the next connection. */
  readonly accept: () => Promise<{ readonly kubelet: WebSocket; readonly url: URL; readonly request: IncomingMessage }>;
  readonly close: () => void;
}

interface StreamServerOptions {
  readonly protocol?: string;
  /** A status with which the next connections are refused. */
  readonly refuse?: () => number | undefined;
  readonly signal?: AbortSignal;
}

export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;
export const success = JSON.stringify({ metadata: {}, status: 'Success' });

/** A message of a channel. */
export function message(channel: keyof typeof channels, content: string | Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(channels[channel]), Buffer.from(content)]);
}

export async function startStreamServer({
  protocol = 'v5.channel.k8s.io',
  refuse = () => undefined,
  signal,
}: StreamServerOptions = {}): Promise<StreamServer> {
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
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const url = new URL(`http://${host}`);
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
    host,
    streams,
    accept: async () => {
      const [kubelet, request] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
      return { kubelet, request, url: new URL(request.url ?? '/', url) };
    },
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

class PlainConfig extends KubeConfig {
  constructor(host: string) {
    super();
    this.loadFromClusterAndUser({ name: 'c', server: `http://${host}`, skipTLSVerify: false }, { name: 'u' });
  }

  override applyToHTTPSOptions(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs commands through a server without a login, with times other than the usual ones. */
export function runThrough(host: string, container: PodContainer, timing?: ExecTiming): RunCommand {
  const handler = new WebSocketHandler(new PlainConfig(host));
  const times = timing === undefined ? {} : { timing };
  return (command, input) => execInPod(handler, container, { command, input, ...times });
}

/** Lets a server run the commands that it is asked for, as the kubelet does; their output waits for the connection. */
export function runCommands({ server }: StreamServer, run: RunCommand): void {
  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const command = query.getAll('command');
    socket.on('error', () => undefined);
    if (query.get('stdin') !== 'true') {
      void answer(socket, run(command));
      return;
    }
    const input: Buffer[] = [];
    socket.on('message', (part: Buffer) => {
      if (part[0] === channels.stdin) input.push(part.subarray(1));
      else void answer(socket, run(command, Buffer.concat(input)));
    });
  });
}

async function answer(socket: WebSocket, starting: ReturnType<RunCommand>): Promise<void> {
  const running = await starting;
  socket.once('close', running.stop);
  try {
    for await (const bytes of running.stdout) await send(socket, message('stdout', bytes));
    const { exitCode, stderr } = await running.ended;
    await send(socket, message('stderr', stderr));
    const causes = [{ reason: 'ExitCode', message: String(exitCode) }];
    const failure = JSON.stringify({ status: 'Failure', details: { causes } });
    await send(socket, message('status', exitCode === 0 ? success : failure));
    socket.close(1000);
  } catch {
    // The connection broke, or its command was stopped.
    socket.terminate();
  }
}

function send(socket: WebSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
