import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { parseIpAddress } from '../../domain/http/ip-address.ts';

export interface TunnelTarget {
  /** A name, or an IP address without brackets. Names are resolved by the proxy, as Go's programs have it. */
  readonly host: string;
  readonly port: number;
}

const defaultPort = 1080;
const longestText = 255;
/** A proxy that says nothing for so long is taken as gone. */
const silence = 30_000;

// RFC 1928 and, for logins, RFC 1929.
const version = 5;
const loginVersion = 1;
const methods = { none: 0, login: 2 } as const;
const connectCommand = 1;
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 } as const;
const refusals = [
  '',
  'general failure',
  'connection not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
];

/**
 * Opens a connection to a target through a SOCKS5 proxy.
 * @param proxy `socks5://[user:password@]host[:port]`, or with `socks5h`
 * @throws Error with the code `ERR_PROXY_TUNNEL` when the proxy refuses, or what breaks the connection to it
 */
export async function openSocksTunnel(proxy: URL, target: TunnelTarget): Promise<Socket> {
  const port = proxy.port === '' ? defaultPort : Number(proxy.port);
  const socket = connect({ host: proxy.hostname.replaceAll(/[[\]]/g, ''), port, noDelay: true });
  socket.setTimeout(silence, () => socket.destroy(new TunnelError(proxy, 'the proxy does not answer')));
  try {
    await once(socket, 'connect');
    await logIn(socket, proxy);
    await askForTarget(socket, proxy, target);
    socket.setTimeout(0);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function logIn(socket: Socket, proxy: URL): Promise<void> {
  const [user, password] = [decodeURIComponent(proxy.username), decodeURIComponent(proxy.password)];
  const offered = user === '' ? [methods.none] : [methods.none, methods.login];
  socket.write(Buffer.from([version, offered.length, ...offered]));
  const [spoken, chosen] = await readBytes(socket, 2);
  if (spoken !== version) throw new TunnelError(proxy, 'the server is not a SOCKS5 proxy');
  if (chosen === methods.none) return;
  if (chosen !== methods.login || user === '') throw new TunnelError(proxy, 'it accepts no offered login method');
  const login = Buffer.concat([Buffer.from([loginVersion]), textOf(user, proxy), textOf(password, proxy)]);
  socket.write(login);
  const [, status] = await readBytes(socket, 2);
  if (status !== 0) throw new TunnelError(proxy, 'it refuses the login');
}

async function askForTarget(socket: Socket, proxy: URL, { host, port }: TunnelTarget): Promise<void> {
  const portBytes = Buffer.from([port >> 8, port & 0xff]);
  socket.write(Buffer.concat([Buffer.from([version, connectCommand, 0]), addressOf(host, proxy), portBytes]));
  const [, reply = 1, , type] = await readBytes(socket, 4);
  if (reply !== 0)
    throw new TunnelError(proxy, `no connection to ${host}:${String(port)}: ${refusals[reply] ?? String(reply)}`);
  // The address that the proxy connects from must not be taken for the first bytes of the server.
  const length = type === addressTypes.name ? (await readBytes(socket, 1))[0] : type === addressTypes.ipv6 ? 16 : 4;
  await readBytes(socket, (length ?? 0) + portBytes.length);
}

function addressOf(host: string, proxy: URL): Buffer {
  const bytes = parseIpAddress(host);
  if (bytes === undefined) return Buffer.concat([Buffer.from([addressTypes.name]), textOf(host, proxy)]);
  return Buffer.from([bytes.length === 4 ? addressTypes.ipv4 : addressTypes.ipv6, ...bytes]);
}

function textOf(text: string, proxy: URL): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > longestText)
    throw new TunnelError(proxy, `a name or login is longer than ${String(longestText)} bytes`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/**
 * Reads so many bytes; those after them remain in the socket. Bytes that came too few are not left there: a socket that
 * has some calls them readable again and again.
 */
async function readBytes(socket: Socket, length: number): Promise<Uint8Array> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const chunk: unknown = socket.read();
    if (chunk instanceof Buffer) bytes = Buffer.concat([bytes, chunk]);
    else await nextBytes(socket);
  }
  if (bytes.length > length) socket.unshift(bytes.subarray(length));
  return bytes.subarray(0, length);
}

function nextBytes(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('readable', settleWell);
      socket.off('error', settle);
      socket.off('close', settleClosed);
      if (error === undefined) resolve();
      else reject(error);
    };
    const settleWell = (): void => settle();
    const settleClosed = (): void => settle(new Error('the proxy ended the connection'));
    socket.once('readable', settleWell);
    socket.once('error', settle);
    socket.once('close', settleClosed);
  });
}

/** Has the code of Node's own errors of proxies, and names the proxy without its login. */
class TunnelError extends Error {
  readonly code = 'ERR_PROXY_TUNNEL';

  constructor({ protocol, host }: URL, cause: string) {
    super(`proxy ${protocol}//${host}: ${cause}`);
  }
}
