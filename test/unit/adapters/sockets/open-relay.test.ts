import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRelay, type Relay } from '../../../../src/adapters/sockets/open-relay.ts';
import { joinedByte } from '../../../../src/domain/volumes/stunnel-config.ts';

let ports: { tunnel: number; carrier: number };
let relay: Relay;

beforeEach(async () => {
  ports = { tunnel: await freePort(), carrier: await freePort() };
  relay = await openRelay(ports);
});

afterEach(() => relay.close());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

describe('the relay of a helper pod', () => {
  it.each([
    ['the carrier was there first', ['carrier', 'tunnel']],
    ['the connection of the tunnel was there first', ['tunnel', 'carrier']],
  ] as const)('joins both when %s, and carries all bytes both ways', async (_, order) => {
    const sockets = { [order[0]]: await open(ports[order[0]]), [order[1]]: await open(ports[order[1]]) } as Record<
      'tunnel' | 'carrier',
      Socket
    >;
    const sent = Buffer.alloc(5_000_000, 'to the destination');
    const received = buffer(sockets.carrier);
    sockets.tunnel.end(sent);
    expect((await received).equals(Buffer.concat([Uint8Array.of(joinedByte), sent]))).toBe(true);
  });

  it('sends nothing on a carrier before there is a connection', async () => {
    const carrier = await open(ports.carrier);
    const silence = new Promise((resolve) => setTimeout(resolve, 100, 'nothing'));
    expect(await Promise.race([once(carrier, 'data'), silence])).toBe('nothing');
    const tunnel = await open(ports.tunnel);
    expect(await once(carrier, 'data')).toEqual([Buffer.from([joinedByte])]);
    carrier.end('answer');
    expect((await buffer(tunnel)).toString()).toBe('answer');
  });

  it('does not use a carrier that was closed meanwhile', async () => {
    const closed = await open(ports.carrier);
    closed.destroy();
    await once(closed, 'close');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const tunnel = await open(ports.tunnel);
    const carrier = await open(ports.carrier);
    tunnel.end('data');
    expect((await buffer(carrier)).subarray(1).toString()).toBe('data');
  });

  it('closes the connection when its carrier breaks', async () => {
    const [tunnel, carrier] = [await open(ports.tunnel), await open(ports.carrier)];
    await once(carrier, 'data');
    carrier.resetAndDestroy();
    await once(tunnel.resume(), 'close');
    expect(tunnel.destroyed).toBe(true);
  });
});
