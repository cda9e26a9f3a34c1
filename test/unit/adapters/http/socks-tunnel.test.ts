import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';

import { openSocksTunnel } from '../../../../src/adapters/http/socks-tunnel.ts';
import { startSocksProxy, type SocksProxy, type SocksProxyOptions } from '../../../fakes/socks-proxy.ts';

const servers: Server[] = [];
const proxies: SocksProxy[] = [];
const api = { host: 'api.example', port: 443 };

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  for (const server of servers.splice(0)) server.close();
});

/** A server on loopback that does as given with each connection. */
async function serve(handle: (socket: Socket) => void): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function startProxy(options: Partial<SocksProxyOptions> = {}): Promise<SocksProxy> {
  const target = options.target ?? (await serve((socket) => socket.pipe(socket)));
  const proxy = await startSocksProxy({ ...options, target });
  proxies.push(proxy);
  return proxy;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const chunk = await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  return String(chunk);
}

it.each([{}, { slow: true }, { login: 'user:p@ss' }, { login: 'user:p@ss', slow: true }])(
  'leads to the server through a proxy with %o',
  async (options) => {
    const proxy = await startProxy(options);
    const socket = await openSocksTunnel(new URL(proxy.url.replace('//', '//user:p%40ss@')), api);
    expect(await echo(socket, 'hello')).toBe('hello');
    expect(proxy.asked).toEqual(['api.example:443']);
  },
);

it('keeps the first bytes of a server that speaks first', async () => {
  const target = await serve((socket) => socket.write('welcome'));
  const socket = await openSocksTunnel(new URL((await startProxy({ target })).url), api);
  expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('welcome');
  socket.destroy();
});

it.each<[string, { readonly options: Partial<SocksProxyOptions>; readonly login?: string; readonly message: string }]>([
  ['a refusal', { options: { refusal: 5 }, message: 'no connection to api.example:443: connection refused' }],
  ['a refusal by its rules', { options: { refusal: 2 }, message: 'not allowed by its rules' }],
  ['an unknown refusal', { options: { refusal: 99 }, message: 'no connection to api.example:443: 99' }],
  ['a wrong login', { options: { login: 'a:other' }, login: 'a:canary@', message: 'it refuses the login' }],
  ['a missing login', { options: { login: 'a:other' }, message: 'it accepts no offered login method' }],
  ['a long login', { options: { login: 'a:b' }, login: `a:${'canary'.repeat(50)}@`, message: 'longer than 255 bytes' }],
])('fails on %s, and does not show the login', async (_name, { options, login = '', message }) => {
  const { url } = await startProxy(options);
  const opening = openSocksTunnel(new URL(url.replace('//', `//${login}`)), api);
  await expect(opening).rejects.toMatchObject({ code: 'ERR_PROXY_TUNNEL' });
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.not.toThrow('canary');
});

it('fails where the server is not a SOCKS proxy', async () => {
  const host = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await expect(openSocksTunnel(new URL(`socks5://${host}`), api)).rejects.toThrow('not a SOCKS5 proxy');
});

it('fails where the proxy ends the connection', async () => {
  const host = await serve((socket) => socket.once('data', () => socket.destroy()));
  await expect(openSocksTunnel(new URL(`socks5://${host}`), api)).rejects.toThrow(/ended the connection|ECONNRESET/);
});

it('fails where no proxy listens', async () => {
  await expect(openSocksTunnel(new URL('socks5://127.0.0.1:1'), api)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
