import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';

import { openCluster } from '../../../../src/adapters/kube/open-cluster.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';

const servers: Server[] = [];
const ignore = (): void => undefined;
const log = { redactor: new Redactor(), debug: ignore, info: ignore, warn: ignore, progress: ignore, item: ignore };

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function open(server: string, signal?: AbortSignal): Cluster {
  return openCluster({
    contextName: 'test',
    server,
    url: new URL(server),
    agent: new Agent(),
    credentials: {
      headers: () => Promise.resolve({ authorization: 'Bearer canary' }),
      token: () => Promise.resolve(undefined),
      forget: () => false,
    },
    log,
    signal,
    limits: { rate: undefined, requestTimeout: undefined },
  });
}

it.each([301, 302, 307, 308])(
  'follows no redirect with status %i, so that its token is sent to no other server',
  async (status) => {
    const seen: unknown[] = [];
    const other = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('{}');
    });
    const cluster = open(await serve((_, response) => response.writeHead(status, { location: `${other}/x` }).end()));
    await expect(cluster.request({ path: '/api' })).rejects.toMatchObject({ code: 'not-kubernetes' });
    expect(seen).toEqual([]);
  },
);

it('tries a refused request again after the time that the server asks for', async () => {
  let asked = 0;
  const cluster = open(
    await serve((_, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(429, { 'retry-after': '0' }).end('{}');
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"APIVersions"}');
    }),
  );
  expect(await cluster.request({ path: '/api' })).toEqual({ kind: 'APIVersions' });
});

it('is interrupted while it waits for another try', async () => {
  const stop = new AbortController();
  const server = await serve((_, response) => {
    response.writeHead(503, { 'retry-after': '60' }).end('{}', () => setTimeout(() => stop.abort(), 20));
  });
  await expect(open(server, stop.signal).request({ path: '/api' })).rejects.toMatchObject({ code: 'interrupted' });
});
