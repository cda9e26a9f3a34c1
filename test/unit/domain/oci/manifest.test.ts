import { describe, expect, it } from 'vitest';

import {
  isElsewhere,
  isIndexType,
  manifestTypeOf,
  parseManifest,
  readSubject,
} from '../../../../src/domain/oci/manifest.ts';

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
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const urls = ['https://example.com/c'];
    const elsewhere = [
      { ...entry('b'), mediaType, urls },
      { ...entry('c'), urls },
    ];
    expect(parse({ config: entry('a'), layers: [...elsewhere, entry('d')] }, docker)).toMatchObject({
      blobs: [entry('a'), entry('d')],
    });
  });

  it.each([{ urls: [] }, { urls: null }, { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }])(
    'finds a layer with %j, whose bytes are nowhere else',
    (fields) => {
      const layers = [{ ...entry('b'), ...fields }];
      expect(parse({ config: entry('a'), layers }, docker)).toMatchObject({ blobs: [entry('a'), entry('b')] });
    },
  );

  it('knows no foreign layers by a type alone', () => {
    expect(isElsewhere(entry('a'))).toBe(false);
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

describe('lists that Go writes as null', () => {
  it('are empty', () => {
    expect(parse({ config: entry('a'), layers: null }, oci)).toEqual({ kind: 'image', blobs: [entry('a')] });
    expect(parse({ manifests: null }, index)).toEqual({ kind: 'index', manifests: [] });
    expect(parse({ manifests: null, config: entry('a'), layers: [] }, oci)).toMatchObject({ kind: 'image' });
    expect(parse({ manifests: [entry('a')], layers: null }, index)).toMatchObject({ kind: 'index' });
  });
});

describe('manifestTypeOf', () => {
  it.each([
    [oci, '{"mediaType":"other"}', oci],
    ['application/json', JSON.stringify({ mediaType: index }), index],
    ['', JSON.stringify({ schemaVersion: 2, config: { mediaType: 'application/vnd.docker.x' } }), docker],
    ['text/plain', JSON.stringify({ schemaVersion: 2, config: { mediaType: 'application/vnd.oci.x' } }), oci],
    ['application/octet-stream', JSON.stringify({ schemaVersion: 2, manifests: [] }), index],
    ['application/json', JSON.stringify({ schemaVersion: 2, manifests: null }), index],
    ['application/json', JSON.stringify({ schemaVersion: 2 }), 'application/json'],
    ['application/json', JSON.stringify({ schemaVersion: 1, manifests: [] }), 'application/json'],
    ['', '<html>', ''],
    ['text/html', '{}', 'text/html'],
  ])('takes %j with %s for %j', (contentType, text, expected) => {
    expect(manifestTypeOf(contentType, text)).toBe(expected);
  });
});

describe('readSubject', () => {
  it('finds the digest of what a manifest refers to', () => {
    expect(readSubject('{"subject":{"digest":"sha256:a"}}')).toBe('sha256:a');
    expect(readSubject('{}')).toBeUndefined();
  });
});
