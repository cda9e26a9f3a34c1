import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readImageArchive } from '../../../src/usecases/images/archive/read-image-archive.ts';
import { writeImageArchive } from '../../../src/usecases/images/archive/write-image-archive.ts';
import { sha256, startArchiveScene, type ArchiveScene } from '../../fakes/archive-scene.ts';
import { buildImage, buildIndex, buildLayer, digestOf, type BuiltImage } from '../../fakes/oci-images.ts';

let scene: ArchiveScene;
const base = buildLayer('base', randomBytes(200_000));

beforeAll(async () => {
  scene = await startArchiveScene();
});

afterAll(() => scene.stop());

function makeImage(label: string, architecture = 'amd64'): BuiltImage {
  return buildImage([base, buildLayer(`own-${label}`, randomBytes(20_000)), base], label, architecture);
}

function inFolder(file: string): string {
  return path.join(scene.folder, file);
}

/** Digest of the configuration of what a registry has under `path:tag`. */
async function configOf(name: string): Promise<string> {
  const [repository = '', tag = ''] = name.split(':');
  const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const url = `http://${scene.registry.host}/v2/${repository}/manifests/${tag}`;
  const manifest = (await (await fetch(url, { headers: { accept } })).json()) as { config: { digest: string } };
  return manifest.config.digest;
}

describe('an archive of one image', () => {
  let image: BuiltImage;

  beforeAll(async () => {
    image = makeImage('one');
    const source = await scene.put('shop/one:1.0', image);
    const report = await writeImageArchive([{ source, tags: [] }], inFolder('one.tar'), scene.ports);
    expect(scene.progress).toEqual([expect.closeTo(200_242, -3), expect.closeTo(220_450, -3)]);
    const again = await writeImageArchive([{ source, tags: [] }], inFolder('again.tar'), scene.ports);
    expect(report.images).toMatchObject([
      {
        names: [],
        platform: 'linux/amd64',
        manifestDigest: image.digest,
        configDigest: image.blobs[0]?.digest,
        layers: 3,
      },
    ]);
    expect(report.bytes).toBe((await stat(inFolder('one.tar'))).size);
    expect(again.bytes).toBe(report.bytes);
  });

  it('has no name, the same bytes each time, and each blob once', async () => {
    expect(await readFile(inFolder('one.tar'))).toEqual(await readFile(inFolder('again.tar')));
    const { stdout } = await execa('tar', ['-tf', inFolder('one.tar')]);
    const blobs = [image.digest, ...new Set(image.blobs.map(({ digest }) => digest))];
    expect(stdout.split('\n')).toEqual([
      'oci-layout',
      'index.json',
      'manifest.json',
      'blobs/',
      'blobs/sha256/',
      ...blobs.map((digest) => `blobs/${digest.replace(':', '/')}`),
    ]);
    expect((await execa('tar', ['-xOf', inFolder('one.tar'), 'manifest.json'])).stdout).toContain('"RepoTags":[]');
  });

  it('is read by skopeo as docker-archive and as oci-archive', async () => {
    const { host } = scene.registry;
    await scene.skopeo('docker-archive:one.tar', `docker://${host}/skopeo/docker:1`);
    await scene.skopeo('oci-archive:one.tar', `docker://${host}/skopeo/oci:1`);
    expect(await configOf('skopeo/docker:1')).toBe(image.blobs[0]?.digest);
    expect(await digestOf(host, 'skopeo/oci:1')).toBe(image.digest);
  });

  it('is read by umoci as an image layout', async () => {
    const layout = inFolder('layout');
    await execa('sh', ['-c', `mkdir ${layout} && tar -xf ${inFolder('one.tar')} -C ${layout}`]);
    const { stdout } = await execa('umoci', ['stat', '--image', `${layout}:1`, '--json'], { reject: false });
    expect(stdout).toBe('');
    const named = await scene.put('shop/named:1.0', image);
    await writeImageArchive([{ source: named, tags: ['1.0'] }], inFolder('named.tar'), scene.ports);
    await execa('tar', ['-xf', inFolder('named.tar'), '-C', layout]);
    expect((await execa('umoci', ['ls', '--layout', layout])).stdout).toBe(`${scene.registry.host}/shop/named:1.0`);
  });

  it('keeps its digest on the way back, and is not pushed again', async () => {
    const destination = { host: scene.registry.host, path: 'moved/one', tag: '1.0' };
    const [first] = await scene.push('one.tar', [{ image: '@0', destination }]);
    expect(first).toMatchObject({ digest: image.digest, previousDigest: image.digest, outcome: 'pushed' });
    expect(await digestOf(scene.registry.host, 'moved/one:1.0')).toBe(image.digest);
    const front = await scene.front(() => undefined);
    const [second] = await scene.push('one.tar', [{ image: '@0', destination: { ...destination, host: front.host } }]);
    expect(second).toMatchObject({ digest: image.digest, outcome: 'present' });
    expect(front.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    expect(front.requests.length).toBeLessThanOrEqual(3);
  });

  it('is pushed without a tag under its digest alone', async () => {
    const [pushed] = await scene.push('one.tar', [
      { image: image.digest, destination: { host: scene.registry.host, path: 'moved/untagged' } },
    ]);
    expect(pushed).toMatchObject({ digest: image.digest, outcome: 'pushed' });
    expect(await digestOf(scene.registry.host, `moved/untagged:${image.digest}`)).toBe(image.digest);
    expect(await digestOf(scene.registry.host, 'moved/untagged:latest')).toBeUndefined();
  });
});

describe('an archive of several images', () => {
  it('names each of them, and all arrive', async () => {
    const [one, two, three] = [makeImage('several-1'), makeImage('several-2'), makeImage('several-3')];
    const sources = [
      await scene.put('several/app:1', one),
      { ...(await scene.put('several/app:2', two)), tag: '2' },
      await scene.put('several/db:1', three),
    ] as const;
    const images = [
      { source: sources[0], tags: [] },
      { source: sources[1], tags: [] },
      { source: sources[2], tags: ['example.com/data/db:9', '9'] },
    ];
    const report = await writeImageArchive(images, inFolder('several.tar'), scene.ports);
    const { host } = scene.registry;
    const digestTag = `${host}/several/app:digest-${one.digest.slice(7, 23)}`;
    expect(report.images.map(({ names }) => names)).toEqual([
      [digestTag],
      [`${host}/several/app:2`],
      ['example.com/data/db:9', `${host}/several/db:9`],
    ]);

    await scene.skopeo('docker-archive:several.tar:@1', `docker://${host}/skopeo/by-index:1`);
    await scene.skopeo(`docker-archive:several.tar:${digestTag}`, `docker://${host}/skopeo/by-name:1`);
    await scene.skopeo('oci-archive:several.tar:example.com/data/db:9', `docker://${host}/skopeo/by-ref:1`);
    expect(await configOf('skopeo/by-index:1')).toBe(two.blobs[0]?.digest);
    expect(await configOf('skopeo/by-name:1')).toBe(one.blobs[0]?.digest);
    expect(await digestOf(host, 'skopeo/by-ref:1')).toBe(three.digest);

    const front = await scene.front(() => undefined);
    const pushed = await scene.push('several.tar', [
      { image: `${host}/several/app@${one.digest}`, destination: { host: front.host, path: 'arrived/one', tag: '1' } },
      {
        image: `${host}/several/app:2@${two.digest}`,
        destination: { host: front.host, path: 'arrived/two', tag: '1' },
      },
      { image: 'example.com/data/db:9', destination: { host: front.host, path: 'arrived/three', tag: '1' } },
    ]);
    expect(pushed.map(({ digest, outcome }) => [digest, outcome])).toEqual(
      [one, two, three].map(({ digest }) => [digest, 'pushed']),
    );
    const uploads = front.requests.filter(({ method, path: url }) => method === 'PUT' && url.includes('/uploads/'));
    expect(uploads).toHaveLength(7);
  });
});

describe('what is exported', () => {
  it('is the image of an index for the wanted platform', async () => {
    const index = buildIndex(new Map(['amd64', 'arm64'].map((name) => [name, makeImage(`multi-${name}`, name)])));
    const source = await scene.put('shop/multi:1', index);
    const write = (platform?: string) =>
      writeImageArchive([{ source, tags: [], platform }], inFolder('multi.tar'), scene.ports);
    const [amd64, arm64] = index.children;
    expect((await write()).images).toMatchObject([{ platform: 'linux/amd64', manifestDigest: amd64?.digest }]);
    expect((await write('linux/arm64')).images).toMatchObject([
      { platform: 'linux/arm64', manifestDigest: arm64?.digest },
    ]);
    const destination = { host: scene.registry.host, path: 'moved/multi', tag: '1' };
    const image = `${scene.registry.host}/shop/multi@${index.digest}`;
    const [pushed] = await scene.push('multi.tar', [{ image, destination }]);
    expect(pushed).toMatchObject({ digest: arm64?.digest, source: image, outcome: 'pushed' });
    await expect(write('windows/amd64')).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('can be an OCI image with layers of Docker kinds', async () => {
    const oci = makeImage('mixed');
    const text = oci.bytes
      .toString()
      .replaceAll('vnd.oci.image.layer.v1.tar+gzip', 'vnd.docker.image.rootfs.diff.tar.gzip');
    const digest = sha256(text);
    const source = await scene.put('shop/mixed:1', { ...oci, bytes: Buffer.from(text), digest });
    await writeImageArchive([{ source, tags: [] }], inFolder('mixed.tar'), scene.ports);
    const { host } = scene.registry;
    await scene.skopeo('docker-archive:mixed.tar', `docker://${host}/skopeo/mixed:1`);
    expect(await configOf('skopeo/mixed:1')).toBe(oci.blobs[0]?.digest);
    const [pushed] = await scene.push('mixed.tar', [
      { image: '@0', destination: { host, path: 'moved/mixed', tag: '1' } },
    ]);
    expect(pushed?.digest).toBe(digest);
  });

  it.each<[string, { kind: 'flip' } | { kind: 'cut'; afterBytes: number }]>([
    ['another digest', { kind: 'flip' }],
    ['fewer bytes', { kind: 'cut', afterBytes: 1000 }],
  ])('leaves no file when a layer has %s', async (_what, fault) => {
    const image = makeImage('broken');
    const source = await scene.put('shop/broken:1', image);
    const layer = image.blobs[2]?.digest ?? '';
    let cuts = 0;
    const front = await scene.front(({ path: url }) => {
      if (!url.includes(layer) || (fault.kind === 'cut' && (cuts += 1) > 2)) return undefined;
      return fault;
    });
    const writing = writeImageArchive(
      [{ source: { ...source, host: front.host }, tags: [] }],
      inFolder('broken.tar'),
      scene.ports,
    );
    if (fault.kind === 'cut') expect((await writing).images).toHaveLength(1);
    else await expect(writing).rejects.toMatchObject({ kind: 'wrong-content' });
    const left = (await readdir(scene.folder)).filter((name) => name.startsWith('.tmp') || name.startsWith('broken'));
    expect(left).toEqual(fault.kind === 'cut' ? ['broken.tar'] : []);
  });
});

describe('an archive that is cut', () => {
  it('at any of 20 offsets is refused, and nothing is pushed', async () => {
    const source = await scene.put('shop/cut:1', makeImage('cut'));
    await writeImageArchive([{ source, tags: [] }], inFolder('cut.tar'), scene.ports);
    await execa('gzip', ['-k', inFolder('cut.tar')]);
    for (const name of ['cut.tar', 'cut.tar.gz']) {
      const { size } = await stat(inFolder(name));
      for (let part = 0; part < 20; part += 1) {
        const bytes = part === 19 ? size - 1 : Math.floor((size * part) / 19);
        await execa('sh', ['-c', `head -c ${String(bytes)} ${inFolder(name)} > ${inFolder('short')}`]);
        const reading = readImageArchive(inFolder('short'), scene.ports);
        await expect(reading, `${name} ${String(bytes)}`).rejects.toMatchObject({ code: 'invalid-file' });
      }
    }
    await (await readImageArchive(inFolder('cut.tar.gz'), scene.ports)).close();
  });
});
