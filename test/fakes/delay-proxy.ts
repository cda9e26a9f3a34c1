import { connect, createServer, type Socket } from 'node:net';

export interface DelayProxy {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts a TCP proxy on loopback that makes a server as far away as the round trip says. Bandwidth is not limited, and
 * opening a connection costs nothing, which flatters clients that open many.
 * @param target `127.0.0.1:<port>`
 * @param roundTrip milliseconds; half of it on each way
 */
export async function startDelayProxy(target: string, roundTrip: number): Promise<DelayProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    relay(near, far, roundTrip / 2);
    relay(far, near, roundTrip / 2);
  });
  const listening = await new Promise<number>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
  return {
    host: `127.0.0.1:${String(listening)}`,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

// Timers of one duration fire in the order they were set, so the bytes keep theirs.
function relay(from: Socket, to: Socket, delay: number): void {
  from.on('data', (chunk) => {
    setTimeout(() => {
      if (!to.destroyed && !to.write(chunk)) from.pause();
    }, delay);
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    setTimeout(() => {
      to.end();
    }, delay);
  });
  const cut = (): void => {
    to.destroy();
  };
  from.on('error', cut);
  from.on('close', () => {
    setTimeout(cut, delay);
  });
}
