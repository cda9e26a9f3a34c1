import { describe, expect, it } from 'vitest';

import { isIndexType, parseManifest } from '../../../../src/domain/oci/manifest.ts';

const oci = 'application/vnd.oci.image.manifest.v1+json';
const docker = 'application/vnd.docker.distribution.manifest.v2+json';
const index = 'application/vnd.oci.image.index.v1+json';
const list = 'application/vnd.docker.distribution.manifest.list.v2+json';

function entry(digit: string, size = 10): object {
  return { digest: `sha256:${digit.repeat(64)}`, size };
}

function parse(manifest: unknown, mediaType: string) {
  return parseManifest(JSON.stringify(manifest), mediaType, 'shop/web');
}

function kindOf(manifest: unknown, mediaType: string): unknown {
  try {
    return parse(manifest, mediaType).kind;
  } catch (error) {
    return error instanceof Error && 'kind' in error ? error.kind : error;
  }
}

describe('parseManifest', () => {
  it.each([oci, docker])('finds config and layers of %s', (mediaType) => {
    expect(parse({ mediaType, config: entry('a'), layers: [entry('b'), entry('c', 20)] }, mediaType)).toEqual({
      kind: 'image',
      blobs: [entry('a'), entry('b'), entry('c', 20)],
    });
  });

  it.each([index, list])('finds the manifests of %s', (mediaType) => {
    expect(parse({ manifests: [entry('a')] }, mediaType)).toEqual({ kind: 'index', manifests: [entry('a')] });
  });

  it('leaves layers out that other servers keep', () => {
    const foreign = { ...entry('b'), mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' };
    const elsewhere = { ...entry('c'), urls: ['https://example.com/c'] };
    expect(parse({ config: entry('a'), layers: [foreign, elsewhere, entry('d')] }, docker)).toMatchObject({
      blobs: [entry('a'), entry('d')],
    });
  });

  it('refuses what cannot be copied by digest', () => {
    expect(
      kindOf({ schemaVersion: 1, fsLayers: [] }, 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ).toBe('unsupported');
    expect(kindOf({}, oci)).toBe('unsupported');
    expect(kindOf({}, index)).toBe('unsupported');
  });

  it('refuses text that could pass for two kinds', () => {
    expect(kindOf({ mediaType: index, manifests: [], config: entry('a'), layers: [] }, index)).toBe('wrong-content');
    expect(kindOf({ mediaType: index, manifests: [] }, oci)).toBe('wrong-content');
  });

  it.each([
    ['no digest', { size: 1 }],
    ['a short digest', { digest: 'sha256:abc', size: 1 }],
    ['no size', { digest: `sha256:${'a'.repeat(64)}` }],
    ['a negative size', entry('a', -1)],
    ['no object', 'x'],
  ])('refuses an entry with %s', (_name, broken) => {
    expect(kindOf({ config: entry('a'), layers: [broken] }, oci)).toBe('wrong-content');
  });

  it('refuses text that is not JSON', () => {
    expect(() => parseManifest('<html>', oci, 'shop/web')).toThrow('reading manifest shop/web: expected JSON');
  });
});

describe('isIndexType', () => {
  it('distinguishes indexes from images', () => {
    expect([index, list, oci, docker].map(isIndexType)).toEqual([true, true, false, false]);
  });
});
