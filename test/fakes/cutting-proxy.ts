import { createServer } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';

import { joinStreams } from '../../src/adapters/sockets/open-relay.ts';

export interface CuttingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Method and path of each request that passed. */
  readonly passed: readonly string[];
  /** Status, method and path with its query of each answer that was handed on. */
  readonly answered: readonly string[];
  stop(): Promise<void>;
}

export interface CuttingProxyOptions {
  /** Address of an API server. */
  readonly target: string;
  /** PEM text of its authority. */
  readonly ca: string;
  /** Whether the connection breaks after the server did what was asked, before it could say so. */
  readonly cuts: (method: string, path: string) => boolean;
}

/** Stands before an API server that goes away between doing something and answering. */
export async function startCuttingProxy({ target, ca, cuts }: CuttingProxyOptions): Promise<CuttingProxy> {
  const passed: string[] = [];
  const answered: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    passed.push(`${method} ${path.split('?')[0] ?? ''}`);
    const forward = requestHttps(new URL(path, target), { method, headers, ca }, (answer) => {
      if (cuts(method, path)) {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      const status = answer.statusCode ?? 502;
      answered.push(`${String(status)} ${method} ${path}`);
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => incoming.socket.destroy());
    incoming.pipe(forward);
  });
  server.on('upgrade', ({ method = 'GET', url: path = '/', headers }, socket: Duplex, head: Buffer) => {
    const forward = requestHttps(new URL(path, target), { method, headers, ca }).end();
    forward.on('error', () => socket.destroy());
    forward.on('response', ({ statusCode }) => {
      answered.push(`${String(statusCode)} ${method} ${path}`);
      socket.end(`HTTP/1.1 ${String(statusCode)} Refused\r\n\r\n`);
    });
    forward.on('upgrade', ({ rawHeaders }, stream, answerHead) => {
      answered.push(`101 ${method} ${path}`);
      const lines = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      // What came together with the headers.
      if (head.length > 0) socket.unshift(head);
      if (answerHead.length > 0) stream.unshift(answerHead);
      void joinStreams(socket, stream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    passed,
    answered,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
