import { createServer, type Server, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AskedLog } from '../builders/step-log.ts';

/** Stands before the API server and breaks watches. */
export interface WatchFront {
  readonly url: string;
  /** Queries of the watches. */
  readonly watches: URLSearchParams[];
  /** Cuts all watches that are open, at least one, in the middle of what they send. */
  cut(): Promise<void>;
  /** How many watches are open. */
  open(): number;
  /** While `isDown`, connections are refused. While `isExpired`, a watch is told that its version is too old. */
  readonly state: { isDown: boolean; isExpired: boolean };
  /** What the containers of a pod log, by its name; the server behind has no nodes. */
  readonly logs: Map<string, (asked: AskedLog) => void>;
  stop(): Promise<void>;
}

/** @param ca PEM text of the authority of the target */
export async function startWatchFront(target: string, ca: string): Promise<WatchFront> {
  const open = new Set<ServerResponse>();
  const watches: URLSearchParams[] = [];
  const logs: WatchFront['logs'] = new Map();
  const state = { isDown: false, isExpired: false };
  const server: Server = createServer((incoming, outgoing) => {
    if (state.isDown) {
      incoming.socket.destroy();
      return;
    }
    const url = new URL(incoming.url ?? '/', target);
    const isWatch = url.searchParams.get('watch') === 'true';
    const pod = /\/pods\/([^/]+)\/log$/.exec(url.pathname)?.[1] ?? '';
    const log = logs.get(pod);
    if (log !== undefined) {
      log({ query: url.searchParams, answer: outgoing });
      return;
    }
    if (isWatch) watches.push(url.searchParams);
    if (isWatch && state.isExpired) {
      outgoing.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`);
      return;
    }
    const { method, headers } = incoming;
    const sent = requestHttps(url, { method, headers, ca }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      if (isWatch) open.add(outgoing);
      answer.pipe(outgoing);
    });
    outgoing.on('close', () => {
      open.delete(outgoing);
      sent.destroy();
    });
    sent.on('error', () => outgoing.destroy());
    incoming.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    watches,
    open: () => open.size,
    logs,
    state,
    cut: async () => {
      for (const end = Date.now() + 60_000; open.size === 0 && Date.now() < end; ) await sleep(20);
      for (const response of open) response.write('{"type":"ADD', () => response.destroy());
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
