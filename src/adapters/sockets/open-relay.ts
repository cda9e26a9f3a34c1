import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

import { joinedByte, relayPorts } from '../../domain/volumes/stunnel-config.ts';

export interface Relay {
  close(): void;
}

/** How long a connection of the tunnel waits for a carrier: less than the program behind the tunnel waits. */
const mostWait = 20_000;

/**
 * Listens on the loopback address of a helper pod, and joins each connection of the tunnel with a carrier. A pod cannot
 * connect to another cluster by port-forward itself, so the connections of both sides meet here.
 * @throws Error when a port is taken
 */
export async function openRelay(
  ports: { readonly tunnel: number; readonly carrier: number } = relayPorts,
): Promise<Relay> {
  const waiting = new Set<Socket>();
  const carriers = new Set<Socket>();
  const servers = await Promise.all([listen(ports.tunnel, waiting, join), listen(ports.carrier, carriers, join)]);
  return {
    close: () => {
      for (const server of servers) server.close();
      for (const socket of [...waiting, ...carriers]) socket.destroy();
    },
  };

  function join(): void {
    const [socket] = waiting;
    const [carrier] = carriers;
    if (socket === undefined || carrier === undefined) return;
    waiting.delete(socket);
    carriers.delete(carrier);
    socket.setTimeout(0);
    carrier.write(Uint8Array.of(joinedByte));
    void joinStreams(socket, carrier);
  }

  function listen(port: number, sockets: Set<Socket>, onSocket: () => void): Promise<Server> {
    return openServer(port, (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
      if (sockets === waiting) socket.setTimeout(mostWait, () => socket.destroy());
      onSocket();
    });
  }
}

async function openServer(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Copies bytes both ways until one end closes, then closes the other. A broken end is not an error: its peer sees it. */
export async function joinStreams(one: Duplex, other: Duplex): Promise<void> {
  await Promise.allSettled([pipeline(one, other), pipeline(other, one)]);
  one.destroy();
  other.destroy();
}
