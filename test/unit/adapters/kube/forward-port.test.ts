import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

import { openClusterStreams, type ClusterStreams } from '../../../../src/adapters/kube/cluster-streams.ts';
import { createAgent } from '../../../../src/adapters/http/agents.ts';
import { aHost } from '../../../builders/host.ts';

const pod = { namespace: 'shop', name: 'volume-1', port: 8443 };
/** What a kubelet sends first: the port, on each channel. */
const portNumber = Buffer.from(Uint16Array.of(8443).buffer);

let server: WebSocketServer;
let streams: ClusterStreams;
let refuse: number | undefined;

beforeEach(async () => {
  refuse = undefined;
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'v4.channel.k8s.io',
    verifyClient: (_info, done) => (refuse === undefined ? done(true) : done(false, refuse, 'no')),
  });
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  streams = openClusterStreams({
    contextName: 'source',
    server: url.href,
    url,
    agent: createAgent(url, undefined, {}),
    credentials: {
      headers: () => Promise.resolve({ authorization: 'Bearer t0ken' }),
      token: () => Promise.resolve(undefined),
      forget: () => false,
    },
    log: aHost().log,
    signal: undefined,
    limits: { rate: undefined, requestTimeout: undefined },
  });
});

afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Connects, and gives both ends; the kubelet's has said the port of each channel. */
async function connected() {
  const accepted = once(server, 'connection') as Promise<[WebSocket, { url: string; headers: Record<string, string> }]>;
  const stream = await streams.forwardPort(pod);
  const [kubelet, request] = await accepted;
  for (const channel of [0, 1]) kubelet.send(Buffer.concat([Uint8Array.of(channel), portNumber]));
  return { stream, kubelet, request };
}

describe('a forwarded port', () => {
  it('asks for the port of the pod with the login of the connection', async () => {
    const { request, stream } = await connected();
    expect(request.url).toBe('/api/v1/namespaces/shop/pods/volume-1/portforward?ports=8443');
    expect(request.headers['authorization']).toBe('Bearer t0ken');
    stream.destroy();
  });

  it('carries bytes both ways without the port numbers and channels', async () => {
    const { stream, kubelet } = await connected();
    const received: Buffer[] = [];
    kubelet.on('message', (message: Buffer) => received.push(message.subarray(1)));
    kubelet.send(Buffer.from('\u0000hello'));
    kubelet.once('close', () => undefined);
    stream.end('world');
    await once(kubelet, 'close');
    expect(Buffer.concat(received).toString()).toBe('world');
    expect((await buffer(stream)).toString()).toBe('hello');
  });

  it('stops writing while the other side does not read', async () => {
    const { stream, kubelet } = await connected();
    kubelet.pause();
    let read = 0;
    const source = Readable.from(
      (function* () {
        for (; read < 2000; read += 1) yield Buffer.alloc(65_536);
      })(),
    );
    source.pipe(stream);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read).toBeLessThan(1000);
    stream.destroy();
  });

  it('stops reading while the bytes are not taken', async () => {
    const { stream, kubelet } = await connected();
    for (let index = 0; index < 500; index += 1) kubelet.send(Buffer.alloc(65_537));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stream.readableLength).toBeLessThan(1_000_000);
    expect(kubelet.bufferedAmount).toBeGreaterThan(1_000_000);
    stream.destroy();
  });

  it('breaks with the message of the error channel', async () => {
    const { stream, kubelet } = await connected();
    const broken = once(stream, 'close').catch((error: unknown) => error);
    kubelet.send(Buffer.from('\u0001connection refused'));
    expect(await broken).toMatchObject({ message: 'connection refused' });
  });

  it('keeps an error that comes before its first reader', async () => {
    server.once('connection', (kubelet) => {
      for (const text of ['\u0000..', '\u0001..', '\u0001connection refused']) kubelet.send(Buffer.from(text));
    });
    const stream = await streams.forwardPort(pod);
    await expect.poll(() => stream.errored?.message).toBe('connection refused');
  });

  it('ends when the connection is closed', async () => {
    const { stream, kubelet } = await connected();
    kubelet.terminate();
    expect(await buffer(stream)).toHaveLength(0);
  });

  it.each([
    [403, 'forbidden'],
    [401, 'forbidden'],
    [500, 'unreachable'],
  ])('fails on status %i with %s', async (status, code) => {
    refuse = status;
    await expect(streams.forwardPort(pod)).rejects.toMatchObject({ code });
  });
});
