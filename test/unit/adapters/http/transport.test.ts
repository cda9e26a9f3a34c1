import { randomBytes } from 'node:crypto';
import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import { Agent as SecureAgent, createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import {
  classifyTlsError,
  exchange,
  openExchange,
  tooLong,
  type HttpRequest,
} from '../../../../src/adapters/http/transport.ts';
import { makeIdentity } from '../../../../src/adapters/certificates/make-identity.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<HttpRequest> {
  return listen(createServer(listener), 'http');
}

async function listen(started: Server, scheme: string): Promise<HttpRequest> {
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return { method: 'GET', url: new URL(`${scheme}://127.0.0.1:${String(port)}/`), headers: {}, mostBytes: 100 };
}

const context = { agent: new Agent(), signal: undefined, silence: 10_000 };

describe('exchange', () => {
  it('joins repeated headers and returns the body, whatever the status', async () => {
    const request = await serve((_, response) => {
      response.writeHead(503, { link: ['a', 'b'] }).end('busy');
    });
    const { status, headers, body } = await exchange(request, context);
    expect([status, headers['link'], body.toString()]).toEqual([503, 'a, b', 'busy']);
  });

  it('unpacks only a body that the request accepts packed', async () => {
    const packed = gzipSync('text');
    const request = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });
    expect((await exchange(request, context)).body).toEqual(packed);
    const accepting = { ...request, headers: { 'accept-encoding': 'gzip' } };
    expect((await exchange(accepting, context)).body.toString()).toBe('text');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, gzip', (text: Buffer) => gzipSync(gzipSync(text))],
  ])('does not inflate a body of 16 MiB beyond the limit: %s', async (encoding, pack) => {
    const packed = pack(Buffer.alloc(16 * 1024 * 1024));
    const asked = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(packed);
    });
    const request = { ...asked, headers: { 'accept-encoding': 'gzip' }, mostBytes: 64 * 1024 };
    const found = await exchange(request, context).catch((error: unknown) => error);
    if (encoding === 'gzip') expect(found).toMatchObject({ code: tooLong, sent: true });
    else expect(found).toMatchObject({ body: packed });
  });

  it('sends a large body whole, and encrypts little of it for a server that does not read', async () => {
    const sent = randomBytes(20_000_000);
    const { certificate, key } = await makeIdentity('registry.example', new Redactor());
    const agent = new SecureAgent({ rejectUnauthorized: false });
    let received: Buffer | undefined;
    let waiting = 0;
    const secure = createSecureServer({ cert: certificate, key: key.reveal() }, (asked, response) => {
      // The server has the headers. The connection takes what the kernel has place for.
      setTimeout(() => {
        waiting = Object.values(agent.sockets).flat()[0]?.writableLength ?? -1;
        void buffer(asked).then((whole) => {
          received = whole;
          response.end();
        });
      }, 200);
    });
    const request = await listen(secure, 'https');
    const headers = { 'content-length': String(sent.length) };
    await exchange({ ...request, method: 'PUT', headers, body: sent }, { ...context, agent });
    agent.destroy();
    expect(received?.equals(sent)).toBe(true);
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(1_000_000);
  });

  it('refuses a body that is too long', async () => {
    const request = await serve((_, response) => response.end('x'.repeat(101)));
    await expect(exchange(request, context)).rejects.toMatchObject({ code: tooLong, sent: true });
  });

  it('reports a body that was cut, a silent server and a closed port', async () => {
    const request = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('x', () => response.destroy());
    });
    await expect(exchange(request, context)).rejects.toMatchObject({ name: 'BrokenExchange', sent: true });
    const url = new URL('http://127.0.0.1:1/');
    const closed = exchange({ ...request, url }, context);
    await expect(closed).rejects.toMatchObject({ code: 'ECONNREFUSED', sent: false });
    const silent = await serve(() => undefined);
    await expect(exchange(silent, { ...context, silence: 50 })).rejects.toThrow('no answer within 0.05 s');
  });

  it('throws the reason of an aborted signal', async () => {
    const request = await serve(() => undefined);
    const reason = new Error('stopped');
    await expect(exchange(request, { ...context, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a stream', () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const piece of ['one ', 'two']) yield await Promise.resolve(Buffer.from(piece));
  }

  it('is sent piece by piece, and read so', async () => {
    const request = await serve((asked, response) => {
      asked.pipe(response);
    });
    const { status, body } = await openExchange({ ...request, method: 'PUT', body: pieces }, context);
    expect([status, await text(body)]).toEqual([200, 'one two']);
  });

  it('ends when it is too long, cut or aborted', async () => {
    const request = await serve((_, response) => response.end('x'.repeat(101)));
    const { body } = await openExchange(request, context);
    await expect(text(body)).rejects.toMatchObject({ code: tooLong });
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('x', () => response.destroy());
    });
    await expect(openExchange(cut, context).then((opened) => text(opened.body))).rejects.toMatchObject({ sent: true });
    const stop = new AbortController();
    const endless = await serve((_, response) => response.write('x'));
    const opened = await openExchange(endless, { ...context, signal: stop.signal });
    const reason = new Error('stopped');
    stop.abort(reason);
    await expect(text(opened.body)).rejects.toBe(reason);
  });

  it('of a request that breaks fails the request', async () => {
    const request = await serve((asked) => asked.resume());
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('x'));
      throw new Error('the file was cut');
    }
    await expect(openExchange({ ...request, method: 'PUT', body: broken }, context)).rejects.toThrow('was cut');
  });
});

describe('classifyTlsError', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'untrusted'],
    ['EPROTO', 'failed'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'failed'],
    ['ECONNREFUSED', undefined],
    ['', undefined],
  ])('%s: %s', (code, expected) => {
    expect(classifyTlsError(code)).toBe(expected);
  });
});
