import { connect, createServer, type Socket } from 'node:net';

export interface CuttingTcp {
  readonly host: string;
  /** Connections that were cut. */
  cuts(): number;
  /** Cuts that many more. */
  again(times: number): void;
  stop(): Promise<void>;
}

/** Hands connections on to a server, and breaks the first of them after a number of bytes. */
export async function startCuttingTcp(
  target: string,
  { afterBytes, times }: { readonly afterBytes: number; readonly times: number },
): Promise<CuttingTcp> {
  const [hostname = '', port = ''] = target.split(':');
  let left = times;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let bytes = 0;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes < afterBytes || left === 0 || near.destroyed) return;
        left -= 1;
        cuts += 1;
        near.destroy();
        far.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${String(own)}`,
    cuts: () => cuts,
    again: (more) => {
      left += more;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
