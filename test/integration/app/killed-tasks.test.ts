import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeChartArchive } from '../../../src/adapters/archives/chart-archive.ts';
import { writeImageArchive } from '../../../src/usecases/images/archive/write-image-archive.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { command } from '../../builders/command.ts';
import { makeTar } from '../../builders/tar-archive.ts';
import { startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import { buildImage, buildLayer, digestOf } from '../../fakes/oci-images.ts';

let dir: string;
let scene: ArchiveScene;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'killed-'));
  scene = await startArchiveScene();
});
afterAll(async () => {
  await scene.stop();
  rmSync(dir, { recursive: true });
});

function start(args: readonly string[]) {
  const [node, program] = command;
  return execa(node, [program, ...args], { cwd: dir, reject: false, env: { HOME: dir } });
}

/** Kills a task as soon as it is at some point, and runs it again. */
async function killThenRun(args: readonly string[], isThere: () => boolean) {
  const running = start(args);
  await waitFor({
    what: `${args[0] ?? ''} at the point of its end`,
    seconds: 60,
    everyMs: 5,
    check: () => Promise.resolve(isThere() ? undefined : 'it is not there yet'),
  });
  running.kill('SIGKILL');
  expect((await running).signal).toBe('SIGKILL');
  const again = await start(args);
  expect(again.exitCode, again.stderr).toBe(0);
}

function folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(dir, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

describe('a plain rerun after a task was killed', () => {
  it('publishes what app-publish had begun to push', async () => {
    const image = buildImage([buildLayer('web', randomBytes(100_000))], 'web');
    const source = await scene.put('shop/web:1', image);
    const chart = new Map([['Chart.yaml', new TextEncoder().encode('apiVersion: v2\nname: web\nversion: 1.0.0\n')]]);
    const archive = await writeChartArchive({ folder: 'web', files: chart });
    const values = `image: ${scene.registry.host}/shop/web:1\n`;
    const app = folder('web', { 'values.yaml': values, 'app-chart.tar.gz': archive });
    await writeImageArchive([{ source: { ...source, tag: '1' }, tags: [] }], join(app, 'app-image.tar'), scene.ports);
    let isFrozen = true;
    let isReached = false;
    const front = await scene.front(({ method, path }) => {
      if (!isFrozen || method !== 'PUT' || !path.includes('/blobs/uploads/')) return undefined;
      isReached = true;
      return { kind: 'stall' };
    });
    const target = [`--destination-registry=${front.host}`, '--destination-path=killed'];
    const args = ['app-publish', `--app-dir=${app}`, ...target, '--destination-registry-tls-verify=false'];
    await killThenRun(args, () => {
      isFrozen = !isReached;
      return isReached;
    });
    expect(await digestOf(scene.registry.host, 'killed/web:1')).toBe(image.digest);
    expect(await digestOf(scene.registry.host, 'killed/web:1.0.0')).toBeDefined();
  });

  it('downloads a source of which source-fetch had a part', async () => {
    const content = randomBytes(3_000_000);
    const store = await startStore(content);
    const keys = {
      config: '[default]\nregion=us-east-1\n',
      credentials: '[default]\naws_access_key_id=id-of-the-test\naws_secret_access_key=key-of-the-test\n',
      endpoint: store.host,
      bucket: 'epinio',
      useSSL: 'false',
    };
    const work = folder('fetched', {});
    const id = '--blob-id=01234567-0123-4123-8123-0123456789ab';
    const connection = `--s3-connection=${folder('s3', keys)}`;
    const args = ['source-fetch', '--app=shop', '--namespace=workspace', id, `--source-dir=${work}`, connection];
    await killThenRun(args, () => {
      expect(existsSync(join(work, 'source.archive'))).toBe(false);
      return store.thaw();
    });
    expect(readFileSync(join(work, 'source.archive')).equals(content)).toBe(true);
    await store.stop();
  });

  it('unpacks a source of which source-unpack had a part', async () => {
    const files = Array.from({ length: 4000 }, (_, index) => ({ name: `top/f${String(index)}`, content: 'text' }));
    const work = folder('unpacked', { 'source.archive': makeTar(files) });
    await killThenRun(['source-unpack', `--source-dir=${work}`], () => {
      expect(existsSync(join(work, 'app'))).toBe(false);
      return readdirSync(work).some((name) => name !== 'source.archive');
    });
    expect(readdirSync(join(work, 'app'))).toHaveLength(files.length);
    expect(readdirSync(work).sort()).toEqual(['app', 'reports']);
  });
});

/** An object storage with one object, which sends half of it and then nothing until it thaws. */
async function startStore(content: Buffer) {
  let half = 0;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const server: Server = createServer((request, response) => {
    const metadata = { 'x-amz-meta-app': 'shop', 'x-amz-meta-namespace': 'workspace', 'x-amz-meta-sha256': sha256 };
    response.writeHead(200, { 'content-length': content.length, etag: '"1"', ...metadata });
    if (request.method === 'HEAD') response.end();
    else if (half > 0) response.end(content);
    else response.write(content.subarray(0, content.length / 2), () => (half = 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`,
    /** Whether half of the object was sent. */
    thaw: () => half > 0,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
