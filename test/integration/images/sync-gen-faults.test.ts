import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import { aDeployment, aStream, digest, inNamespace, internal } from '../../builders/image-plan.ts';
import { runSyncGen, type Run } from './sync-gen.ts';

const golden = path.join(import.meta.dirname, '../../golden/sync-gen');
let scratch: string;
let exported: string;
let skopeo: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'sync-gen-faults-'));
  exported = path.join(scratch, 'export');
  skopeo = path.join(scratch, 'skopeo');
});

beforeEach(async () => {
  await rm(exported, { recursive: true, force: true });
  await rm(skopeo, { recursive: true, force: true });
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

function run(flags: Readonly<Record<string, string>> = {}): Promise<Run> {
  return runSyncGen({
    'registry-url': 'registry.apps.source.test',
    'destination-registry-public': 'registry.apps.destination.test',
    'destination-namespace': 'shop-new',
    'export-dir': exported,
    'skopeo-dir': skopeo,
    ...flags,
  });
}

/** Writes resources as crane lays them out, without an index. */
async function writeExport(resources: readonly Resource[]): Promise<void> {
  await mkdir(path.join(exported, 'resources'), { recursive: true });
  for (const [number, resource] of resources.entries()) {
    await writeFile(path.join(exported, 'resources', `${String(number)}.yaml`), yamlCodec.format(resource));
  }
}

const pushed = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });
const written = async () => (await readdir(skopeo).catch(() => [])).filter((name) => name !== 'reports');

describe('wrong input', () => {
  it('refuses two images for one destination tag, before anything is written', async () => {
    const other = inNamespace('back', aStream('web', { 1: { items: [`${internal}/back/web@${digest('b')}`] } }));
    await writeExport([pushed, other]);
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('registry.apps.destination.test/shop-new/web:1 would be both');
    expect(stderr).toContain('Move one namespace at a time');
    expect(await written()).toEqual([]);
  });

  it.each(['registry-url', 'internal-registry-url', 'destination-registry-public'])(
    'takes an empty %s for an error, never for everything',
    async (name) => {
      await writeExport([pushed]);
      const { exitCode, stderr } = await run({ [name]: '' });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`--${name} is empty`);
      expect(await written()).toEqual([]);
    },
  );

  it.each([
    ['registry-url', '$(id)'],
    ['registry-url', 'host/path'],
    ['destination-registry-public', "'; rm -rf / #"],
    ['destination-registry-internal', 'a\nb'],
    ['destination-namespace', '../other'],
    ['destination-namespace', ''],
    ['destination-namespace', '-n'],
    ['output', 'plan.json'],
    ['output', ''],
  ])('refuses --%s=%j', async (name, value) => {
    await writeExport([pushed]);
    const { exitCode, stderr } = await run({ [name]: value });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--${name}: expected`);
    expect(await written()).toEqual([]);
  });

  it('does not write outside its folder', async () => {
    await writeExport([pushed]);
    const { exitCode } = await run({ output: '../outside.yaml' });
    expect(exitCode).toBe(2);
    expect(await readdir(scratch)).not.toContain('outside.yaml');
  });
});

describe('an export that is not whole', () => {
  async function useGolden(): Promise<string> {
    await cp(path.join(golden, 'shop/export'), exported, { recursive: true });
    return sha256Of(await readFile(path.join(exported, 'index.json'), 'utf8'));
  }
  const stream = 'resources/shop/ImageStream_image.openshift.io_v1_shop_worker.yaml';

  it('is accepted when its index has the digest that the export reported', async () => {
    expect(await run({ 'index-digest': await useGolden() })).toMatchObject({ exitCode: 0 });
  });

  it('is refused when its index has another digest', async () => {
    await useGolden();
    const { exitCode, stderr } = await run({ 'index-digest': digest('0') });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('index.json does not have the digest');
  });

  it('is refused when a file was changed', async () => {
    await useGolden();
    await writeFile(path.join(exported, stream), 'kind: Nothing\n');
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${stream} was changed since the export`);
    expect(await written()).toEqual([]);
  });

  it('is refused when a file is missing', async () => {
    await useGolden();
    await rm(path.join(exported, stream));
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${stream} is missing`);
  });

  it('is refused when there is none', async () => {
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there are no exported resources');
  });

  it('skips strays beside an index', async () => {
    await useGolden();
    await writeFile(path.join(exported, 'resources/shop/stray.yaml'), 'not: [valid\n');
    expect(await run()).toMatchObject({ exitCode: 0 });
  });
});

describe('hostile content', () => {
  it('never reaches the source file or the terminal as anything but data', async () => {
    const evil = 'web:1\n"x": {"images": {"y": []}}\u001b[2J';
    await writeExport([
      pushed,
      aStream(evil, { 1: { items: [`${internal}/shop/web@${digest('b')}`] } }),
      aStream('tags', { [evil]: { items: [`${internal}/shop/tags@${digest('c')}`] } }),
      aStream('digests', { 1: { items: [`${internal}/shop/digests@sha256:$(id)`] } }),
      aDeployment('x', `${internal}/shop/web:1 --creds a:b`),
    ]);
    const { exitCode, stdout, stderr, plan } = await run();
    expect(exitCode).toBe(4);
    expect(stdout.split('\n')).toHaveLength(5);
    expect(yamlCodec.parse(stdout, 'source.yaml')).toEqual([
      { 'registry.apps.source.test': { images: { 'shop/web': ['1'] } } },
    ]);
    expect(stderr).not.toContain('\u001b');
    const { images, problems } = JSON.parse(plan) as { images: unknown[]; problems: { reason: string }[] };
    expect(images).toHaveLength(1);
    expect(problems.map(({ reason }) => reason).sort()).toEqual(['invalid-image', 'invalid-name', 'invalid-name']);
  });
});

describe('running again', () => {
  it('gives the same bytes on a used folder', async () => {
    await writeExport([pushed]);
    const first = await run();
    const source = await readFile(path.join(skopeo, 'source.yaml'), 'utf8');
    const second = await run();
    expect(second).toEqual(first);
    expect(await readFile(path.join(skopeo, 'source.yaml'), 'utf8')).toBe(source);
    expect((await written()).sort()).toEqual(['plan.json', 'source.yaml']);
  });

  it('lets the user accept problems by reason or by image', async () => {
    await writeExport([pushed, aStream('gone', { 1: { items: [] } }), aStream('lost', { 2: { items: [] } })]);
    expect(await run()).toMatchObject({ exitCode: 4 });
    expect(await run({ 'allow-problems': 'shop/gone:1' })).toMatchObject({ exitCode: 4 });
    expect(await run({ 'allow-problems': 'shop/gone:1, shop/lost:2' })).toMatchObject({ exitCode: 0 });
    expect(await run({ 'allow-problems': 'deleted-tag' })).toMatchObject({ exitCode: 0 });
  });
});
