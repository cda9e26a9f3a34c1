import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { ListenAddress } from '../config.ts';
import { parseClientHello, type ClientHello } from './client-hello.ts';

export interface RouterParts {
  /** Where connections for a host go unopened; undefined: the front answers them. */
  readonly find: (host: string) => Promise<ListenAddress | undefined>;
  /** The server that opens all other connections. */
  readonly front: { emit(event: 'connection', socket: Socket): boolean };
  readonly log: (line: string) => void;
}

export interface Router {
  readonly server: Server;
  /** Ends the connections that were handed on. */
  closeAllConnections(): void;
}

const helloWithinMs = 10_000;
/** More than any client sends before the server answers. */
const longestHello = 65_536;

/**
 * The router in front of a cluster: reads the host that a TLS client wants and hands the connection, unopened, to the
 * Service of that host or to the front.
 */
export function createRouter({ find, front, log }: RouterParts): Router {
  const open = new Set<Socket>();
  // Either side may be the first to have no more to say.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    route(socket).catch((error: unknown) => {
      log(`routing a connection: ${error instanceof Error ? error.message : String(error)}`);
      socket.destroy();
    });
  });
  return {
    server,
    closeAllConnections: () => {
      for (const socket of open) socket.destroy();
    },
  };

  async function route(socket: Socket): Promise<void> {
    const hello = await readHello(socket);
    if (hello === undefined) {
      socket.destroy();
      return;
    }
    const target = hello.serverName === undefined ? undefined : await find(hello.serverName);
    if (target === undefined) front.emit('connection', socket);
    else await handOn(socket, target);
  }
}

/** What a client says first, undefined when it goes before it has said enough. What it sent stays to be read. */
async function readHello(socket: Socket): Promise<ClientHello | undefined> {
  const deadline = setTimeout(() => socket.destroy(), helloWithinMs);
  try {
    let bytes = Buffer.alloc(0);
    for (;;) {
      const chunk = await nextChunk(socket);
      if (chunk === undefined) return undefined;
      bytes = Buffer.concat([bytes, chunk]);
      const hello = parseClientHello(bytes);
      if (hello === undefined && bytes.length < longestHello) continue;
      socket.unshift(bytes);
      return hello ?? {};
    }
  } finally {
    clearTimeout(deadline);
  }
}

/** What came next, undefined when nothing comes any more. */
function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const settle = (chunk?: Buffer): void => {
      socket.pause();
      socket.off('data', settle).off('end', end).off('close', end);
      resolve(chunk);
    };
    const end = (): void => settle();
    socket.on('data', settle).on('end', end).on('close', end).resume();
  });
}

/** Copies both directions until both have ended, or one broke. */
async function handOn(socket: Socket, { address, port }: ListenAddress): Promise<void> {
  const service = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
  await once(service, 'connect');
  await Promise.allSettled([pipeline(socket, service), pipeline(service, socket)]);
}
