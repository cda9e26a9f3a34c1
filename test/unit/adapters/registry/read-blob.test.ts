import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer, ScriptedRegistry } from '../../../fakes/scripted-registry.ts';

let server: ScriptedRegistry;

beforeEach(async () => {
  server = new ScriptedRegistry();
  await server.start();
});

afterEach(() => server.stop());

const blob = { digest: `sha256:${createHash('sha256').update('content').digest('hex')}`, size: 7 };

async function read(size = blob.size): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of server.client().readBlob('shop/web', { ...blob, size })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a blob that is read', () => {
  it('is read in pieces of the size that is asked for', async () => {
    const ranges: string[] = [];
    server.handler = (request, response) => {
      const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      // The first request has no range: it asks for the version of the API.
      ranges.push(request.headers.range ?? '');
      answer(response, 206, { body: 'content'.slice(Number(start), Number(end) + 1) });
    };
    const found = await Array.fromAsync(server.client().readBlob('shop/web', blob, 3));
    expect(found.map(String)).toEqual(['con', 'ten', 't']);
    expect(ranges).toEqual(['', 'bytes=0-2', 'bytes=3-5', 'bytes=6-6']);
  });

  it('is read whole, and an empty one without asking', async () => {
    server.handler = (_request, response) => answer(response, 200, { body: 'content' });
    expect(await read()).toBe('content');
    expect(await read(0)).toBe('');
  });

  it.each<[string, { status: number; body: string; kind: string }]>([
    ['has other bytes', { status: 200, body: 'CONTENT', kind: 'wrong-content' }],
    ['is shorter', { status: 200, body: 'conten', kind: 'wrong-content' }],
    ['is longer', { status: 200, body: 'content!', kind: 'wrong-content' }],
    ['is gone', { status: 404, body: '', kind: 'not-found' }],
  ])('that %s is refused', async (_what, { status, body, kind }) => {
    server.handler = (request, response) => answer(response, request.url === '/v2/' ? 200 : status, { body });
    await expect(read()).rejects.toMatchObject({ kind });
  });

  it.each<[string, (range: string, response: ServerResponse) => void]>([
    ['sends all of it whatever part is asked for', (_range, response) => answer(response, 200, { body: 'content' })],
    ['knows no parts', (range, response) => answer(response, range === '' ? 200 : 416, { body: 'content' })],
    ['sends a shorter part', (range, response) => answer(response, range === '' ? 200 : 206, { body: 'content' })],
    [
      'knows no parts after the first one',
      (range, response) =>
        answer(response, range === 'bytes=0-2' ? 206 : 200, { body: range === 'bytes=0-2' ? 'con' : 'content' }),
    ],
    [
      'breaks off in the middle of the first whole answer',
      (range, response) => {
        if (range === '' && server.asked.length === 3) {
          response.writeHead(200, { 'content-length': '7' }).write('conte', () => response.destroy());
        } else answer(response, range === '' ? 200 : 400, { body: 'content' });
      },
    ],
  ])('is read as a whole from a registry that %s', async (_what, handle) => {
    server.handler = (request, response) => {
      if (request.url === '/v2/') answer(response, 200);
      else handle(request.headers.range ?? '', response);
    };
    const found = await Array.fromAsync(server.client().readBlob('shop/web', blob, 3));
    expect(found.map(String).join('')).toBe('content');
  });

  it.each<[string, string]>([
    ['other bytes', 'CONTENT'],
    ['fewer bytes', 'conten'],
    ['more bytes', 'content!'],
  ])('is refused from a registry that knows no parts and sends %s', async (_what, body) => {
    server.handler = (_request, response) => answer(response, 200, { body });
    const found = Array.fromAsync(server.client().readBlob('shop/web', blob, 3));
    await expect(found).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it('is given up when its whole answer breaks off each time, and when it is gone', async () => {
    server.handler = (request, response) => {
      if (request.url === '/v2/') answer(response, 200);
      else if (request.headers.range !== undefined) answer(response, 416);
      else response.writeHead(200, { 'content-length': '7' }).write('conte', () => response.destroy());
    };
    const client = server.client();
    await expect(Array.fromAsync(client.readBlob('shop/web', blob, 3))).rejects.toMatchObject({ kind: 'unavailable' });
    server.handler = (_request, response) => answer(response, 404);
    await expect(Array.fromAsync(client.readBlob('shop/web', blob, 3))).rejects.toMatchObject({ kind: 'not-found' });
  });
});
