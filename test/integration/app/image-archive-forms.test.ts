import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readImageArchive } from '../../../src/usecases/images/archive/read-image-archive.ts';
import { writeImageArchive } from '../../../src/usecases/images/archive/write-image-archive.ts';
import { layoutFiles, sha256, startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import { tarOf } from '../../builders/tar.ts';
import { buildImage, buildIndex, buildLayer, digestOf, type BuiltImage } from '../../fakes/oci-images.ts';

let scene: ArchiveScene;
const base = buildLayer('base', randomBytes(200_000));
const own = buildLayer('own', randomBytes(20_000));
const image = buildImage([base, own], 'forms');
const other = buildImage([base, own], 'forms', 'arm64');
const index = buildIndex(
  new Map([
    ['amd64', image],
    ['arm64', other],
  ]),
);
const [config = base] = image.blobs;
const layers = [base, own];

beforeAll(async () => {
  scene = await startArchiveScene();
  const source = await scene.put('shop/web:1', image);
  await writeImageArchive([{ source, tags: [] }], path.join(scene.folder, 'own.tar'), scene.ports);
});

afterAll(() => scene.stop());

async function pushed(file: string, repository: string) {
  const destination = { host: scene.registry.host, path: repository, tag: '1' };
  const [result] = await scene.push(file, [{ image: '@0', destination }]);
  expect(await digestOf(scene.registry.host, `${repository}:1`)).toBe(result?.digest);
  await scene.skopeo(`docker://${scene.registry.host}/${repository}:1`, `dir:${repository.replace('/', '-')}`);
  return result;
}

/** `index.json` as Docker with the containerd store writes it, and `manifest.json` with these layers. */
function containerdForm(
  top: BuiltImage,
  manifestLayers: readonly { readonly digest: string }[],
): Record<string, string> {
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const annotations = { 'io.containerd.image.name': 'docker.io/shop/web:1', 'org.opencontainers.image.ref.name': '1' };
  const entry = { mediaType: top.mediaType, digest: top.digest, size: top.bytes.length, annotations };
  return {
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
    'manifest.json': JSON.stringify([
      {
        Config: blob(config.digest),
        RepoTags: ['shop/web:1'],
        Layers: manifestLayers.map(({ digest }) => blob(digest)),
      },
    ]),
  };
}

describe('an archive', () => {
  it('of skopeo is pushed with the same configuration and the same bytes each time', async () => {
    await scene.skopeo('docker-archive:own.tar', 'docker-archive:skopeo.tar:shop/web:2');
    await execa('gzip', ['-k', path.join(scene.folder, 'skopeo.tar')]);
    const plain = await pushed('skopeo.tar', 'forms/skopeo');
    const packed = await pushed('skopeo.tar.gz', 'forms/packed');
    expect(plain).toMatchObject({ configDigest: config.digest, previousDigest: undefined, outcome: 'pushed' });
    expect(packed?.digest).toBe(plain?.digest);
  });

  it('of the OCI form keeps its digest', async () => {
    await scene.skopeo('oci-archive:own.tar', 'oci-archive:oci.tar:1.0');
    expect(await pushed('oci.tar', 'forms/oci')).toMatchObject({ digest: image.digest, configDigest: config.digest });
  });

  it('of docker save in its old form, with a link for a layer that comes twice, is pushed', async () => {
    const twice = buildImage([base, own, base], 'twice');
    const [first = base] = twice.blobs;
    const listing = [
      {
        Config: `${first.digest.slice(7)}.json`,
        RepoTags: ['web:1'],
        Layers: ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'],
      },
    ];
    const bytes = tarOf([
      { name: 'a/', type: '5' },
      { name: 'a/VERSION', content: '1.0' },
      { name: 'a/layer.tar', content: gunzipSync(base.bytes) },
      { name: 'b/layer.tar', content: gunzipSync(own.bytes) },
      { name: 'c/layer.tar', type: '2', link: '../a/layer.tar' },
      { name: `${first.digest.slice(7)}.json`, content: first.bytes },
      { name: 'manifest.json', content: JSON.stringify(listing) },
      { name: 'repositories', content: '{"web":{"1":"c"}}' },
    ]);
    await writeFile(path.join(scene.folder, 'old.tar'), bytes);
    expect(await pushed('old.tar', 'forms/old')).toMatchObject({ configDigest: first.digest });
  });

  it('of Docker with the containerd store is pushed without its absent platforms', async () => {
    const blobs = layoutFiles([index, image, config, ...layers]);
    await scene.tar('containerd.tar', { ...containerdForm(index, layers), ...blobs });
    expect(await pushed('containerd.tar', 'forms/containerd')).toMatchObject({ digest: image.digest });
  });

  it('of compressed layers without manifests keeps these', async () => {
    const listing = [{ Config: config.digest, RepoTags: ['web:1'], Layers: ['a.tar.gz', 'b.tar.gz'] }];
    const files = { [config.digest]: config.bytes, 'a.tar.gz': base.bytes, 'b.tar.gz': own.bytes };
    await scene.tar('crane.tar', { ...files, 'manifest.json': JSON.stringify(listing) });
    expect(await pushed('crane.tar', 'forms/crane')).toMatchObject({ configDigest: config.digest, outcome: 'pushed' });
    const url = `http://${scene.registry.host}/v2/forms/crane/blobs/${own.digest}`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('an archive that cannot be used', () => {
  it.each<[string, () => Record<string, string | Buffer>, RegExp]>([
    [
      'lacks a layer',
      () => ({ ...containerdForm(index, layers), ...layoutFiles([index, image, config, base]) }),
      new RegExp(`shop/web:1 needs ${own.digest}`),
    ],
    [
      'lacks the manifest',
      () => ({ ...containerdForm(image, layers), ...layoutFiles([config, ...layers]) }),
      new RegExp(`docker.io/shop/web:1 needs ${image.digest}`),
    ],
    [
      'lacks all platforms',
      () => ({ ...containerdForm(index, layers), ...layoutFiles([index, config, ...layers]) }),
      new RegExp(`docker.io/shop/web:1 needs ${index.digest}`),
    ],
    [
      'lacks the configuration',
      () => ({ ...containerdForm(index, layers), ...layoutFiles([index, image, ...layers]) }),
      new RegExp(`shop/web:1 needs ${config.digest}`),
    ],
    [
      'has another layer',
      () => ({
        ...containerdForm(index, layers),
        ...layoutFiles([index, image, config, base, { ...own, bytes: Buffer.from(own.bytes).reverse() }]),
      }),
      new RegExp(`shop/web:1 has not the digest ${own.digest}`),
    ],
    [
      'has another configuration',
      () => ({
        ...containerdForm(index, layers),
        ...layoutFiles([
          index,
          image,
          { ...config, bytes: Buffer.from(config.bytes.toString().replace('forms', 'farms')) },
          ...layers,
        ]),
      }),
      new RegExp(`shop/web:1 has not the digest ${config.digest}`),
    ],
    ['has no list', () => ({ 'some.txt': '' }), /neither manifest.json nor index.json/],
    ['has a malformed list', () => ({ 'manifest.json': '{}' }), /manifest.json is malformed/],
    ['has a malformed index', () => ({ 'index.json': '[]' }), /index.json is malformed/],
    [
      'has another layer than its configuration says',
      () => ({
        [config.digest]: config.bytes,
        a: gunzipSync(base.bytes),
        'manifest.json': JSON.stringify([{ Config: config.digest, RepoTags: null, Layers: ['a', 'a'] }]),
      }),
      new RegExp(`has not the digest ${own.diffId}`),
    ],
  ])('because it %s is refused before anything is pushed', async (_what, files, message) => {
    const file = await scene.tar('unusable.tar', files());
    const reading = readImageArchive(file, scene.ports);
    await expect(reading).rejects.toMatchObject({ code: 'invalid-file' });
    await expect(reading).rejects.toThrow(message);
  });

  it('because it is no file or a broken gzip is refused', async () => {
    await expect(readImageArchive(scene.folder, scene.ports)).rejects.toMatchObject({ code: 'invalid-file' });
    await expect(readImageArchive('/nowhere/a.tar', scene.ports)).rejects.toMatchObject({ code: 'invalid-file' });
    await writeFile(path.join(scene.folder, 'noise.gz'), Buffer.concat([Buffer.from([0x1f, 0x8b]), randomBytes(100)]));
    const reading = readImageArchive(path.join(scene.folder, 'noise.gz'), scene.ports);
    await expect(reading).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

describe('an upload', () => {
  it('that breaks off twice arrives, nothing else is sent again, and progress never decreases', async () => {
    const large = buildImage([buildLayer('large', randomBytes(20_000_000))], 'large');
    const source = await scene.put('shop/large:1', large);
    await writeImageArchive([{ source, tags: [] }], path.join(scene.folder, 'large.tar'), scene.ports);
    let cuts = 0;
    const front = await scene.front(({ method }) => {
      if (method !== 'PATCH' || cuts === 2) return undefined;
      cuts += 1;
      return { kind: 'cut-upload', afterBytes: 3 * 1024 * 1024 };
    });
    const destination = { host: front.host, path: 'uploads/large', tag: '1' };
    const [result] = await scene.push('large.tar', [{ image: '@0', destination }]);
    expect(result).toMatchObject({ digest: large.digest, outcome: 'pushed' });
    expect(cuts).toBe(2);
    expect(scene.progress).toEqual(scene.progress.toSorted((a, b) => a - b));
    const total = large.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(scene.progress.at(-1)).toBe(total);
    // This registry may forget an upload that broke off inside a chunk: that blob alone begins again.
    const begun = front.requests.filter(({ method }) => method === 'POST').length;
    expect(begun).toBeGreaterThanOrEqual(2);
    expect(begun).toBeLessThanOrEqual(4);
    expect(
      front.requests.filter(({ method, path: url }) => method === 'PUT' && url.includes('/blobs/uploads/')),
    ).toHaveLength(2);
  });

  it('to a tag that means another image is refused, skipped or wanted', async () => {
    const { host } = scene.registry;
    await scene.put('taken/web:1', other);
    const target = { image: '@0', destination: { host, path: 'taken/web', tag: '1' } };
    await expect(scene.push('own.tar', [target])).rejects.toMatchObject({ code: 'name-collision' });
    expect(await scene.push('own.tar', [{ ...target, ifExists: 'skip' }])).toMatchObject([
      { outcome: 'skipped', digest: other.digest },
    ]);
    expect(await digestOf(host, 'taken/web:1')).toBe(other.digest);
    expect(await scene.push('own.tar', [{ ...target, ifExists: 'replace' }])).toMatchObject([
      { outcome: 'pushed', digest: image.digest, replaced: other.digest },
    ]);
    const digest = sha256('another');
    await expect(
      scene.push('own.tar', [{ image: '@0', destination: { host, path: 'taken/web', digest } }]),
    ).rejects.toMatchObject({ code: 'invalid-param' });
    await expect(scene.push('own.tar', [{ ...target, image: 'nginx' }])).rejects.toMatchObject({
      code: 'invalid-param',
    });
  });
});
