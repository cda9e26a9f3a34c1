import { describe, expect, it } from 'vitest';

import { choosePlatform, readPlatforms } from '../../../../../src/domain/oci/image-archive/choose-platform.ts';
import { readImageConfig, readImageManifest } from '../../../../../src/domain/oci/image-archive/image-manifest.ts';

const oci = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const entry = (digit: string, mediaType = 'type') => ({ digest: `sha256:${digit.repeat(64)}`, size: 1, mediaType });
const read = (value: unknown, mediaType = oci) => readImageManifest({ bytes: bytesOf(value), mediaType }, 'shop/web');

describe('the manifest of an image', () => {
  it('has a configuration and layers of any kind, each as often as it comes', () => {
    const layers = [entry('1'), entry('2', 'application/vnd.docker.image.rootfs.diff.tar.gzip'), entry('1')];
    expect(read({ config: entry('c'), layers })).toEqual({ config: entry('c'), layers });
  });

  it.each([
    ['is an index', { manifests: [entry('a')] }, index],
    ['has a foreign layer', { config: entry('c'), layers: [entry('1', 'image.rootfs.foreign.diff')] }, oci],
    [
      'has a layer that may not be given away',
      { config: entry('c'), layers: [entry('1', 'layer.nondistributable.v1')] },
      oci,
    ],
    ['has a layer elsewhere', { config: entry('c'), layers: [{ ...entry('1'), urls: ['https://a.example'] }] }, oci],
  ])('that %s is refused', (_what, manifest, mediaType) => {
    expect(() => read(manifest, mediaType)).toThrow(expect.objectContaining({ kind: 'unsupported' }));
  });

  it.each([
    ['kind', { ...entry('1'), mediaType: undefined }],
    ['whole size', { ...entry('1'), size: 1.5 }],
  ])('with an entry without its %s is refused', (_what, layer) => {
    expect(() => read({ config: entry('c'), layers: [layer] })).toThrow(
      expect.objectContaining({ kind: 'wrong-content' }),
    );
  });
});

describe('the configuration of an image', () => {
  const config = { os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [entry('1').digest] } };

  it('says the platform and the digests of the layers', () => {
    expect(readImageConfig(bytesOf(config))).toEqual({ platform: 'linux/amd64', diffIds: [entry('1').digest] });
    expect(readImageConfig(bytesOf({ ...config, variant: '' }))).toMatchObject({ platform: 'linux/amd64' });
    expect(readImageConfig(bytesOf({ ...config, variant: 'v2' }))).toMatchObject({ platform: 'linux/amd64/v2' });
  });

  it.each([
    ['no JSON', new Uint8Array([0x7b])],
    ['no system', bytesOf({ ...config, os: undefined })],
    ['no architecture', bytesOf({ ...config, architecture: 1 })],
    ['a digest that is none', bytesOf({ ...config, rootfs: { diff_ids: ['a'] } })],
    ['a digest that is no text', bytesOf({ ...config, rootfs: { diff_ids: [1] } })],
  ])('is none with %s', (_what, bytes) => {
    expect(readImageConfig(bytes)).toBeUndefined();
  });
});

describe('an index', () => {
  const platforms = [
    { os: 'unknown', architecture: 'unknown' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
    { os: 'linux', architecture: 'amd64' },
    undefined,
    { os: 'linux' },
  ];
  const entries = readPlatforms({ manifests: platforms.map((platform) => ({ ...entry('1'), platform })) }, 'shop/web');

  it('has platforms, and entries that are no images', () => {
    const found = entries.map(({ platform }) => platform);
    expect(found).toEqual([undefined, 'linux/arm64/v8', 'linux/amd64', undefined, undefined]);
  });

  it('gives the entry of a platform, with any variant where none is asked for', () => {
    expect(choosePlatform(entries, 'linux/amd64', 'shop/web').platform).toBe('linux/amd64');
    expect(choosePlatform(entries, 'linux/arm64', 'shop/web').platform).toBe('linux/arm64/v8');
    expect(() => choosePlatform(entries, 'linux/arm', 'shop/web')).toThrow(
      'no image for linux/arm, only for linux/arm64/v8, linux/amd64',
    );
    expect(() => choosePlatform([], 'linux/arm', 'shop/web')).toThrow('only for none');
  });
});
