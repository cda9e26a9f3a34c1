import { readFileSync } from 'node:fs';
import {
  createServer as createPlainServer,
  request as sendPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { KeyPair } from '../../testbed/clusters/certificates.ts';

export interface ConnectProxyOptions {
  /** `127.0.0.1:<port>` of the server that stands for all hosts. */
  readonly target: string;
  /** Makes it an HTTPS proxy. */
  readonly tls?: KeyPair;
  /** `user:password` that clients must send. */
  readonly login?: string;
}

export interface ConnectProxy {
  /** `http://127.0.0.1:<port>`, or `https://…` with a certificate. */
  readonly url: string;
  /** `CONNECT host:port` of each tunnel, `GET http://host/path` of each plain request. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** Starts a forward proxy on loopback (RFC 9110 section 9.3.6) that leads all hosts to one server. */
export async function startConnectProxy(options: ConnectProxyOptions): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const { tls } = options;
  const server: Server =
    tls === undefined
      ? createPlainServer()
      : createTlsServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) });
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    if (isLoggedIn(incoming, options)) pass(incoming, outgoing, options);
    else outgoing.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
  });
  server.on('connect', (incoming: IncomingMessage, near: Duplex) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    sockets.add(near);
    if (isLoggedIn(incoming, options)) sockets.add(openTunnel(near, options));
    else near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`,
    asked,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isLoggedIn({ headers }: IncomingMessage, { login }: ConnectProxyOptions): boolean {
  return login === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
}

function openTunnel(near: Duplex, { target }: ConnectProxyOptions): Socket {
  const [host = '', port = ''] = target.split(':');
  const far = connect(Number(port), host, () => {
    near.write('HTTP/1.1 200 Connection established\r\n\r\n');
    near.pipe(far).pipe(near);
  });
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  return far;
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, { target }: ConnectProxyOptions): void {
  const [hostname, port] = target.split(':');
  const { pathname, search } = new URL(incoming.url ?? '');
  const { method, headers } = incoming;
  const sent = sendPlain({ hostname, port, method, path: pathname + search, headers, agent: false });
  sent.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  incoming.pipe(sent);
}
