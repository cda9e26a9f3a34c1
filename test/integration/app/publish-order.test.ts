import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeChartArchive } from '../../../src/adapters/archives/chart-archive.ts';
import { writeImageArchive } from '../../../src/usecases/images/archive/write-image-archive.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import type { FaultProxyOptions } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer } from '../../fakes/oci-images.ts';

const names = ['web', 'worker'];
let scene: ArchiveScene;
beforeAll(async () => {
  scene = await startArchiveScene();
});
afterAll(() => scene.stop());

/** Writes an application with two images as app-export does. */
async function exported(more = ''): Promise<string> {
  const folder = await mkdtemp(join(scene.folder, 'app-'));
  const images = await Promise.all(
    names.map(async (name) => {
      const image = buildImage([buildLayer(name, Buffer.from(name))], name);
      return { source: { ...(await scene.put(`shop/${name}:1`, image)), tag: '1' }, tags: [] };
    }),
  );
  await writeImageArchive(images, join(folder, 'app-image.tar'), scene.ports);
  const chart = new Map([['Chart.yaml', new TextEncoder().encode('apiVersion: v2\nname: shop\nversion: 1.0.0\n')]]);
  await writeFile(join(folder, 'app-chart.tar.gz'), await writeChartArchive({ folder: 'shop', files: chart }));
  const values = names.map((name) => `${name}: { image: "${scene.registry.host}/shop/${name}:1" }\n`);
  await writeFile(join(folder, 'values.yaml'), values.join('') + more);
  return folder;
}

/** Publishes through a proxy. Gives the end, and the writes that reached the proxy, as `METHOD repository/part`. */
async function publish(folder: string, path: string, decide?: FaultProxyOptions['decide']) {
  const front = await scene.front(decide);
  const target = [`--destination-registry=${front.host}`, `--destination-path=${path}`];
  const home = join(folder, 'home');
  await mkdir(home);
  const args = [`--app-dir=${folder}`, ...target, '--destination-registry-tls-verify=false'];
  const end = await runInProcess('app-publish', args, { cwd: folder, environment: { HOME: home, TMPDIR: home } });
  const writes = front.requests.filter(({ method }) => ['POST', 'PATCH', 'PUT'].includes(method));
  const places = writes.map(({ method, path: asked }) => {
    const [, repository = '', part = ''] = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(asked) ?? [];
    return `${method} ${repository}/${part}`;
  });
  return { ...end, writes: places };
}

describe('an application that is published', () => {
  it('has its images in the registry before anything of its chart', async () => {
    const { exitCode, stderr, writes } = await publish(await exported(), 'ordered');
    expect(exitCode, stderr).toBe(0);
    const firstOfChart = writes.findIndex((write) => write.includes(' ordered/shop/'));
    const manifests = names.map((name) => writes.indexOf(`PUT ordered/${name}/manifests`));
    expect(Math.min(...manifests), writes.join('\n')).toBeGreaterThanOrEqual(0);
    expect(firstOfChart).toBeGreaterThan(Math.max(...manifests));
    expect(writes.at(-1)).toBe('PUT ordered/shop/manifests');
  });

  it('has no chart when one of its images is refused', async () => {
    const refuse: FaultProxyOptions['decide'] = ({ method, path }) =>
      method === 'PUT' && path.includes('/worker/manifests/') ? { kind: 'answer', status: 403 } : undefined;
    const { exitCode, stderr, writes } = await publish(await exported(), 'half', refuse);
    expect(exitCode, stderr).not.toBe(0);
    expect(writes).toContain('PUT half/worker/manifests');
    expect(writes.filter((write) => write.includes(' half/shop/'))).toEqual([]);
  });

  it('has no image when its chart cannot be built', async () => {
    const noise = Array.from({ length: 60_000 }, (_, index) => `v${String((index * 2_654_435_761) % 2 ** 32)}`);
    const tooLarge = await exported(`text: "${noise.join('').repeat(3)}${noise.toReversed().join('')}"\n`);
    const { exitCode, stderr, writes } = await publish(tooLarge, 'unbuilt');
    expect([exitCode, writes], stderr).toEqual([2, []]);
    expect(stderr).toContain('value text');
  });
});
