import { once } from 'node:events';
import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';

import { openClusterStream, type OpenClusterStream } from '../../../../src/adapters/kube/open-stream.ts';
import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import type { WatchOptions } from '../../../../src/domain/kube/cluster-stream.ts';
import { collect } from '../../../builders/collect.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const servers: Server[] = [];
const { signal: never } = new AbortController();

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function open(
  listener: RequestListener,
  { signal, tokens = ['canary'] }: { signal?: AbortSignal; tokens?: string[] } = {},
): Promise<OpenClusterStream> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return openClusterStream({
    contextName: 'test',
    server: url,
    url: new URL(`${url}/behind/`),
    agent: new Agent(),
    credentials: {
      headers: () => Promise.resolve({ authorization: `Bearer ${tokens[0] ?? ''}` }),
      token: () => Promise.resolve(undefined),
      forget: () => tokens.splice(0, 1).length > 0 && tokens.length > 0,
    },
    log: silentLog(),
    signal,
    limits: { rate: undefined, requestTimeout: undefined },
  });
}

const pods = { kind: knownKinds.pods, namespace: 'shop' };
const container = { pod: { namespace: 'shop', name: 'web' }, container: 'step-run' };

function watch(stream: OpenClusterStream, options: WatchOptions = {}, signal = never) {
  return collect(stream.watch(pods, options, signal));
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await collect(bytes)).toString('utf8');
}

const event = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;

describe('a watch', () => {
  it('asks for the changes of a collection, with bookmarks, and gives each', async () => {
    const asked: string[] = [];
    const stream = await open(({ url = '' }, response) => {
      asked.push(url);
      response.write(event('ADDED', { n: 1 }).slice(0, 10));
      response.write(event('ADDED', { n: 1 }).slice(10) + event('BOOKMARK', {}));
      response.end('{"type":"DELETED","object":{"n":12345678901234567890}}\n');
    });
    const events = await watch(stream, { labelSelector: 'a=b', fieldSelector: 'c=d', resourceVersion: '7' });
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK', 'DELETED']);
    expect(String(events[2]?.object['n'])).toBe('12345678901234567890');
    expect(asked).toEqual([
      '/behind/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=120&labelSelector=a%3Db&fieldSelector=c%3Dd&resourceVersion=7',
    ]);
    await watch(stream);
    expect(asked[1]).toBe('/behind/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=120');
    await stream.close();
  });

  it.each([
    [
      { code: 410, reason: 'Expired', message: 'too old' },
      { status: 410, reason: 'Expired' },
    ],
    [{}, { status: 500, reason: '' }],
  ])('fails with the status %j of an ERROR event', async (status, error) => {
    const stream = await open((_, response) => response.end(event('ADDED', {}) + event('ERROR', status)));
    expect(await thrownBy(() => watch(stream))).toMatchObject(error);
  });

  it.each(['<html>\n', '{"type":"NEW","object":{}}\n', '{"type":"ADDED"}\n'])('fails at the line %s', async (line) => {
    const stream = await open((_, response) => response.end(line));
    expect(await thrownBy(() => watch(stream))).toMatchObject({ code: 'unreachable' });
  });

  it('fails when the connection breaks, in a line or between two', async () => {
    for (const sent of [event('ADDED', {}), '{"type":"AD']) {
      const stream = await open((_, response) => {
        response.write(sent);
        setTimeout(() => response.destroy(), 50);
      });
      expect(await thrownBy(() => watch(stream))).toMatchObject({ code: 'unreachable' });
    }
  });

  it('ends without an error when it is aborted, before and while it is open', async () => {
    const closed: Promise<unknown>[] = [];
    const stream = await open((request, response) => {
      closed.push(once(request.socket, 'close'));
      response.write(event('ADDED', {}));
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    expect(await watch(stream, {}, controller.signal)).toHaveLength(1);
    expect(await watch(stream, {}, controller.signal)).toHaveLength(0);
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });

  it('closes its connection when the consumer stops', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const stream = await open((request, response) => {
      closed = once(request.socket, 'close');
      response.write(event('ADDED', {}));
    });
    for await (const { type } of stream.watch(pods, {}, never)) {
      expect(type).toBe('ADDED');
      break;
    }
    await closed;
  });

  it('fails as interrupted when the run is stopped', async () => {
    const controller = new AbortController();
    const stream = await open((_, response) => response.write(event('ADDED', {})), { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await thrownBy(() => watch(stream))).toMatchObject({ code: 'interrupted' });
  });

  it('is tried once more with a fresh token', async () => {
    const seen: unknown[] = [];
    const listener: RequestListener = ({ headers: { authorization } }, response) => {
      seen.push(authorization);
      if (authorization === 'Bearer new') response.end(event('ADDED', {}));
      else response.writeHead(401).end('{"kind":"Status","message":"expired"}');
    };
    expect(await watch(await open(listener, { tokens: ['old', 'new'] }))).toHaveLength(1);
    expect(await thrownBy(async () => watch(await open(listener, { tokens: ['a', 'b', 'c'] })))).toMatchObject({
      code: 'unauthorized',
    });
    expect(seen).toEqual(['Bearer old', 'Bearer new', 'Bearer a', 'Bearer b']);
  });

  it('follows no redirect', async () => {
    const stream = await open((_, response) => response.writeHead(302, { location: 'https://login.test/?t=1' }).end());
    expect(await thrownBy(() => watch(stream))).toMatchObject({ code: 'not-kubernetes' });
  });
});

describe('the log of a container', () => {
  it('is asked for with its options, as bytes', async () => {
    const asked: string[] = [];
    const stream = await open(({ url = '' }, response) => {
      asked.push(url);
      response.end('one\ntwo');
    });
    const options = { follow: true, tailLines: 0, limitBytes: 9, sinceTime: '2026-01-31T10:00:00Z', timestamps: true };
    expect(await textOf(stream.followLog(container, options, never))).toBe('one\ntwo');
    expect(asked).toEqual([
      '/behind/api/v1/namespaces/shop/pods/web/log?container=step-run&follow=true&tailLines=0&limitBytes=9&sinceTime=2026-01-31T10%3A00%3A00Z&timestamps=true',
    ]);
  });

  it('that is not there is a refusal with its message', async () => {
    const message = 'container "step-run" in pod "web" is waiting to start';
    const stream = await open((_, response) => response.writeHead(400).end(JSON.stringify({ message })));
    expect(await thrownBy(() => textOf(stream.followLog(container, {}, never)))).toMatchObject({
      status: 400,
      message: expect.stringContaining(message) as unknown,
    });
  });

  it('that a server refuses without end is given up', async () => {
    const stream = await open((_, response) => {
      response.writeHead(500);
      const fill = (): void => void response.write('x'.repeat(32_768), fill);
      fill();
    });
    expect(await thrownBy(() => textOf(stream.followLog(container, {}, never)))).toMatchObject({ status: 500 });
  });

  it('is sent only as fast as it is read', async () => {
    const line = `${'x'.repeat(999)}\n`;
    const lines = 100_000;
    let written = 0;
    const stream = await open((_, response) => {
      async function send(): Promise<void> {
        while (written < lines) {
          const isFlowing = response.write(line.repeat(100));
          written += 100;
          if (!isFlowing) await once(response, 'drain');
        }
        response.end();
      }
      void send().catch(() => undefined);
    });
    const before = process.memoryUsage().arrayBuffers;
    const log = stream.followLog(container, { follow: true }, never)[Symbol.asyncIterator]();
    await log.next();
    await sleep(500);
    // What the sockets of both sides hold: some MB of 100.
    const heldBack = written;
    expect(heldBack).toBeLessThan(lines / 5);
    await sleep(200);
    expect(written).toBe(heldBack);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
    let bytes = 0;
    for (let next = await log.next(); next.done !== true; next = await log.next()) bytes += next.value.length;
    expect(bytes).toBeGreaterThan(lines * 999);
  });
});
