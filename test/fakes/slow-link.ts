import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Where a connection ends before its time. */
export interface LinkCut {
  /** Bytes from the server. */
  readonly after: number;
  /** `closed`: in an orderly way, as by a server that ends; `broken`: at once. */
  readonly ending: 'closed' | 'broken';
}

export interface SlowLinkOptions {
  /** Of what the server sends, for each connection. */
  readonly bytesPerSecond?: number;
  /** Milliseconds without a byte in either direction, after which a connection is broken. */
  readonly silence?: number;
  /** Asked for each connection. */
  readonly cut?: () => LinkCut | undefined;
}

export interface SlowLink {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Bytes from the server, of all connections. */
  bytes(): number;
  /** Connections that were cut. */
  cuts(): number;
  stop(): Promise<void>;
}

const pieceSize = 32 * 1024;

/** Hands connections on to a server, as slow, impatient and unreliable as a load balancer on the way may be. */
export async function startSlowLink(target: string, options: SlowLinkOptions): Promise<SlowLink> {
  const [hostname = '', port = ''] = target.split(':');
  const counts = { bytes: 0, cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (options.silence === undefined) continue;
      socket.setTimeout(options.silence, () => {
        if (Math.max(near.bytesRead, far.bytesRead) === 0) return;
        counts.cuts += 1;
        near.destroy();
      });
    }
    near.pipe(far);
    void passSlowly({ near, far, counts }, options);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`,
    bytes: () => counts.bytes,
    cuts: () => counts.cuts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Passing {
  readonly near: Socket;
  readonly far: Socket;
  readonly counts: { bytes: number; cuts: number };
}

/** A server that sends faster waits: what was sent too early is not read before its time. */
async function passSlowly({ near, far, counts }: Passing, { bytesPerSecond, cut }: SlowLinkOptions): Promise<void> {
  const end = cut?.();
  const started = performance.now();
  let sent = 0;
  try {
    for await (const bytes of far as AsyncIterable<Buffer>) {
      for (let at = 0; at < bytes.length; at += pieceSize) {
        const piece = bytes.subarray(
          at,
          Math.min(at + pieceSize, end === undefined ? Infinity : at + end.after - sent),
        );
        sent += piece.length;
        counts.bytes += piece.length;
        if (!near.write(piece)) await drained(near);
        if (end !== undefined && sent >= end.after) {
          cutOff({ near, far, counts }, end);
          return;
        }
        if (bytesPerSecond === undefined) continue;
        const early = (sent / bytesPerSecond) * 1000 - (performance.now() - started);
        if (early > 5) await pause(early);
      }
    }
    near.end();
  } catch {
    near.destroy();
  }
}

function cutOff({ near, far, counts }: Passing, { ending }: LinkCut): void {
  counts.cuts += 1;
  if (ending === 'closed') near.end();
  else near.resetAndDestroy();
  far.destroy();
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle);
      if (socket.destroyed) reject(new Error('the connection was closed'));
      else resolve();
    };
    socket.on('drain', settle).on('close', settle);
  });
}
