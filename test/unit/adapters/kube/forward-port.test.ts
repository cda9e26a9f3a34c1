import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startStreamServer, type StreamServer } from '../../../builders/stream-server.ts';

const pod = { namespace: 'shop', name: 'volume-1', port: 8443 };
/** What a kubelet sends first: the port, on each channel. */
const portNumber = Buffer.from(Uint16Array.of(8443).buffer);

let api: StreamServer;
let refuse: number | undefined;

beforeEach(async () => {
  refuse = undefined;
  api = await startStreamServer({ protocol: 'v4.channel.k8s.io', refuse: () => refuse });
});

afterEach(() => api.close());

/** Connects, and gives both ends; the kubelet's has said the port of each channel. */
async function connected() {
  const accepted = api.accept();
  const stream = await api.streams.forwardPort(pod);
  const { kubelet, request } = await accepted;
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
    api.server.once('connection', (kubelet) => {
      for (const text of ['\u0000..', '\u0001..', '\u0001connection refused']) kubelet.send(Buffer.from(text));
    });
    const stream = await api.streams.forwardPort(pod);
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
    await expect(api.streams.forwardPort(pod)).rejects.toMatchObject({ code });
  });
});
