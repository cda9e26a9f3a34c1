import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { makeWorkspace, runSync, startSyncScene, type SyncRun, type SyncScene } from '../../fakes/sync-scene.ts';

const image = buildImage([buildLayer('own', randomBytes(3000))], 'hostile');
const indexType = 'application/vnd.oci.image.index.v1+json';
/** 1 GB of spaces in 1 MB. */
const bomb = gzipSync(Buffer.alloc(1024 * 1024 * 1024, ' '));
let scene: SyncScene;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  scene = await startSyncScene();
  await pushImage(scene.source.host, 'good/web:1', image);
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

afterAll(() => scene.stop());

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A registry on plain HTTP that answers as a test wants. */
async function serve(answer: Answer): Promise<{ readonly host: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${String(request.method)} ${String(request.url)}`);
    if (request.url === '/v2/') response.end('{}');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { host: `127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`, asked };
}

/** Copies an image of a hostile registry and one of another registry, which must arrive. */
async function copyFrom(host: string, name: string, tags: readonly string[] = ['1']): Promise<SyncRun> {
  const file = { [host]: { images: { 'bad/worse': tags } }, [scene.source.host]: { images: { 'good/web': ['1'] } } };
  const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify(file) });
  const run = await runSync(workspace, [
    `--destination-registry-public=${scene.destination.host}`,
    `--destination-namespace=${name}`,
    '--source-registry-tls-verify=false',
    '--destination-registry-tls-verify=false',
    '--retries=1',
  ]);
  expect(await digestOf(scene.destination.host, `${name}/web:1`).catch(() => undefined), run.stderr).toBeDefined();
  return run;
}

function indexOf(digests: readonly string[]): string {
  const manifests = digests.map((digest) => ({ mediaType: indexType, digest, size: 1000 }));
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
}
const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('a hostile registry', () => {
  it('has an index of 20,000 entries', async () => {
    const body = indexOf(Array.from({ length: 20_000 }, (_, n) => sha(String(n))));
    const { host, asked } = await serve((request, response) => {
      const { url = '' } = request;
      if (url.endsWith('/manifests/1') || url.endsWith(sha(body)))
        response
          .writeHead(200, { 'content-type': indexType, 'docker-content-digest': sha(body) })
          .end(request.method === 'HEAD' ? '' : body);
      else if (url.includes('/referrers/')) response.writeHead(200, { 'content-type': indexType }).end(indexOf([]));
      else response.writeHead(404).end('{}');
    });
    expect((await copyFrom(host, 'entries')).exitCode).toBe(4);
    expect(asked.length).toBeLessThan(5000);
  });

  it('answers each request with a gzip bomb', async () => {
    const { host } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': indexType, 'content-encoding': 'gzip' }).end(bomb);
    });
    expect((await copyFrom(host, 'bomb', [])).exitCode).toBe(4);
  });

  it('has its token server on https, where there is none', async () => {
    const other = await scene.front('source');
    const { host } = await serve((_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="https://${other.host}/token",service="x"` }).end();
    });
    expect((await copyFrom(host, 'realm')).exitCode).toBe(4);
  });

  it('follows its tags in a circle and lists what is no tag', async () => {
    const { host } = await serve((request, response) => {
      const link = `<https://127.0.0.1:1/v2/bad/worse/tags/list?last=${request.url?.includes('last=a') ? 'b' : 'a'}>; rel="next"`;
      response.writeHead(200, { link, 'content-type': 'application/json' });
      response.end(JSON.stringify({ name: 'x', tags: ['__proto__', '../x', '1'] }));
    });
    expect((await copyFrom(host, 'circle', [])).exitCode).toBe(4);
  });

  it('redirects its version endpoint to a server that is none', async () => {
    const { host } = await serve((request, response) => {
      response.writeHead(301, { location: `https://127.0.0.1:1${String(request.url)}` }).end();
    });
    expect((await copyFrom(host, 'redirected')).exitCode).toBe(4);
  });
});
