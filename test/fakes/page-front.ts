import { createServer, request as requestPlain, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a browser and the wizard, which takes it for the browser. */
export interface PageFront {
  readonly port: number;
  /** While `isDown`, connections are refused, and those that were open are cut. */
  setDown(isDown: boolean): void;
  /** Streams of events that are open. */
  streams(): number;
  stop(): Promise<void>;
}

/** @param target port of the wizard on this computer */
export async function startPageFront(target: number): Promise<PageFront> {
  let isDown = false;
  const streams = new Set<ServerResponse>();
  const host = `127.0.0.1:${String(target)}`;
  const server = createServer((incoming, outgoing) => {
    if (isDown) {
      incoming.socket.destroy();
      return;
    }
    const { method, url: path = '/' } = incoming;
    const { origin } = incoming.headers;
    const headers = { ...incoming.headers, host, ...(origin === undefined ? {} : { origin: `http://${host}` }) };
    if (path.startsWith('/api/v1/events')) streams.add(outgoing);
    const sent = requestPlain({ host: '127.0.0.1', port: target, method, path, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    outgoing.on('close', () => {
      streams.delete(outgoing);
      sent.destroy();
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setDown: (value) => {
      isDown = value;
      if (isDown) server.closeAllConnections();
    },
    streams: () => streams.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
