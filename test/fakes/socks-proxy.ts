import { connect, createServer, type Socket } from 'node:net';

export interface SocksProxyOptions {
  /** `127.0.0.1:<port>` of the server that stands for all hosts. */
  readonly target: string;
  /** `user:password` that clients must send. */
  readonly login?: string;
  /** Reply code of RFC 1928 with which each request is refused. */
  readonly refusal?: number;
  /** Sends its answers byte by byte, and in the last one an address of this type. */
  readonly slow?: boolean;
}

export interface SocksProxy {
  /** `socks5://127.0.0.1:<port>` */
  readonly url: string;
  /** `host:port` of each request. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** Starts a SOCKS5 proxy on loopback that leads all hosts to one server. */
export async function startSocksProxy(options: SocksProxyOptions): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => near.destroy());
    serve(near, options, asked).catch(() => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `socks5://127.0.0.1:${String(port)}`,
    asked,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(near: Socket, options: SocksProxyOptions, asked: string[]): Promise<void> {
  const methods = await read(near, (await read(near, 2))[1] ?? 0);
  const method = options.login === undefined ? 0 : 2;
  await send(near, [5, methods.includes(method) ? method : 0xff], options);
  if (options.login !== undefined) {
    const user = (await read(near, (await read(near, 2))[1] ?? 0)).toString();
    const password = (await read(near, (await read(near, 1))[0] ?? 0)).toString();
    await send(near, [1, `${user}:${password}` === options.login ? 0 : 1], options);
  }
  const host = await readHost(near);
  asked.push(`${host}:${String((await read(near, 2)).readUInt16BE())}`);
  const { refusal = 0, slow = false } = options;
  const own = slow ? [3, 4, ...Buffer.from('here')] : [1, 0, 0, 0, 0];
  const [targetHost = '', port = ''] = options.target.split(':');
  if (refusal !== 0) {
    near.end(Buffer.from([5, refusal, 0, ...own, 0, 0]));
    return;
  }
  await send(near, [5, 0, 0, ...own, 0, 0], options);
  const far = connect(Number(port), targetHost);
  far.on('error', () => near.destroy());
  near.on('close', () => far.destroy());
  near.pipe(far).pipe(near);
}

async function readHost(near: Socket): Promise<string> {
  const type = (await read(near, 4))[3] ?? 0;
  if (type === 1) return [...(await read(near, 4))].join('.');
  if (type === 3) return (await read(near, (await read(near, 1))[0] ?? 0)).toString();
  return `[${(await read(near, 16)).toString('hex')}]`;
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const chunk: unknown = socket.read();
    if (chunk instanceof Buffer) bytes = Buffer.concat([bytes, chunk]);
    else await new Promise((resolve) => socket.once('readable', resolve));
  }
  if (bytes.length > length) socket.unshift(bytes.subarray(length));
  return bytes.subarray(0, length);
}

async function send(socket: Socket, bytes: readonly number[], { slow = false }: SocksProxyOptions): Promise<void> {
  for (const part of slow ? bytes.map((byte) => [byte]) : [bytes]) {
    socket.write(Buffer.from(part));
    if (slow) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
