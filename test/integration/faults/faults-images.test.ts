import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import {
  makeWorkspace,
  planText,
  runSync,
  startSyncScene,
  type SyncRun,
  type SyncScene,
} from '../../fakes/sync-scene.ts';
import { aDeployment, aStream, digest, internal } from '../../builders/image-plan.ts';
import { runSyncGen } from '../images/sync-gen.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(() => scene.stop());

const isBlob = ({ method, path: url }: PassingRequest): boolean => method === 'GET' && url.includes('/blobs/');

interface Copied {
  readonly run: SyncRun;
  /** How many tags mean the planned image at the destination. */
  readonly arrived: number;
  /** Tags that mean anything there. */
  readonly tags: number;
}

/** Copies four images from a source that a test breaks. */
async function copyFour(
  name: string,
  decide: (request: PassingRequest) => Fault | undefined,
  flags: readonly string[] = [],
): Promise<Copied> {
  const numbers = [0, 1, 2, 3];
  const images = numbers.map((number) =>
    buildImage([buildLayer('own', randomBytes(100_000))], `${name}-${String(number)}`),
  );
  for (const [number, image] of images.entries()) {
    await pushImage(scene.source.host, `${name}/app-${String(number)}:1`, image);
  }
  const source = await scene.front('source', decide);
  const destination = await scene.front('destination');
  const entries = images.map((image, number) => ({
    source: `${name}/app-${String(number)}`,
    destination: `moved/${name}-${String(number)}`,
    image,
    tags: ['1'],
  }));
  const workspace = await makeWorkspace(scene, { 'plan.json': planText(source.host, destination.host, entries) });
  const run = await runSync(workspace, [`--ca-bundle=${scene.caFile}`, ...flags]);
  const found = await Promise.all(
    numbers.map((number) => digestOf(scene.destination.host, `moved/${name}-${String(number)}:1`)),
  );
  return {
    run,
    arrived: found.filter((one, number) => one === images[number]?.digest).length,
    tags: found.filter((one) => one !== undefined).length,
  };
}

describe('a source registry in trouble', () => {
  it('that refuses every other request with 429 still gives all images', async () => {
    let count = 0;
    const { run, arrived } = await copyFour('storm', () => {
      count += 1;
      return count % 2 === 0 ? { kind: 'answer', status: 429, headers: { 'retry-after': '0' } } : undefined;
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(arrived).toBe(4);
    expect(count).toBeGreaterThan(8);
  });

  it('that wants to be left alone for hours is left alone, and the run says so at once', async () => {
    const refuse = (): Fault => ({ kind: 'answer', status: 429, headers: { 'retry-after': '7200' } });
    const { run, tags } = await copyFour('closed', refuse, ['--retries=1']);
    expect([3, 4], run.stderr).toContain(run.exitCode);
    expect(run.stderr).toContain('429');
    expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/run again/i);
    expect(tags).toBe(0);
  });

  it('that cuts each blob short leaves no tag behind, and every image is named', async () => {
    const cut = (request: PassingRequest): Fault | undefined =>
      isBlob(request) ? { kind: 'cut', afterBytes: 5000 } : undefined;
    const { run, tags } = await copyFour('severed', cut, ['--retries=1']);
    expect([3, 4], run.stderr).toContain(run.exitCode);
    expect(tags).toBe(0);
    const failed = run.report?.items.filter(({ outcome }) => outcome === 'failed') ?? [];
    expect(run.exitCode === 3 ? 4 : failed.length, run.stderr).toBe(4);
  });
});

describe('streams with little information', () => {
  async function plan(name: string, streams: readonly Resource[]) {
    const exported = path.join(scene.folder, name, 'export/resources/shop');
    const skopeo = path.join(scene.folder, name, 'skopeo');
    await mkdir(exported, { recursive: true });
    for (const [number, stream] of streams.entries()) {
      await writeFile(path.join(exported, `${String(number)}.yaml`), yamlCodec.format(stream));
    }
    const run = await runSyncGen({
      'registry-url': 'registry.apps.source.test',
      'destination-registry-public': 'registry.apps.destination.test',
      'destination-namespace': 'shop-new',
      'export-dir': path.join(scene.folder, name, 'export'),
      'skopeo-dir': skopeo,
    });
    return { ...run, written: await readdir(skopeo) };
  }

  const full = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
  const bare = (spec: Resource['spec']): Resource => ({
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'bare', namespace: 'shop' },
    ...(spec === undefined ? {} : { spec }),
  });

  it('a stream without status has nothing to copy, and its neighbours are planned', async () => {
    const run = await plan('no-status', [full, bare(undefined)]);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(yamlCodec.parse(run.stdout, 'source.yaml')).toEqual([
      { 'registry.apps.source.test': { images: { 'shop/web': [expect.stringMatching(/^1$/)] } } },
    ]);
  });

  it('a tag that a stream without status promises is named, never all tags, and stops the run when it is used', async () => {
    const tags = [{ name: '7', from: { kind: 'DockerImage', name: 'registry.absent.test/base:7' } }];
    const unused = await plan('promised', [full, bare({ tags })]);
    expect(unused.exitCode, unused.stderr).toBe(0);
    const used = await plan('used', [full, bare({ tags }), aDeployment('api', `${internal}/shop/bare:7`)]);
    expect(used.exitCode, used.stderr).toBe(4);
    for (const run of [unused, used]) {
      expect(run.stderr).toContain('bare:7');
      expect(run.stdout).not.toContain('bare');
    }
  });
});
