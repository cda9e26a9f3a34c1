import { describe, expect, it } from 'vitest';

import { digestInName, parseIndex, parseListing } from '../../../../../src/domain/oci/image-archive/archive-listing.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;

describe('manifest.json', () => {
  it('lists images, with or without names', () => {
    const text = JSON.stringify([
      { Config: './a.json', RepoTags: null, Layers: ['./b.tar'] },
      { Config: 'c.json', RepoTags: ['web:1'], Layers: [] },
    ]);
    expect(parseListing(text)).toEqual([
      { names: [], config: 'a.json', layers: ['b.tar'] },
      { names: ['web:1'], config: 'c.json', layers: [] },
    ]);
  });

  it.each(['no JSON', '{}', '[{}]', '[{"Config":"a","Layers":[1]}]', '[{"Config":"a","RepoTags":[1]}]'])(
    'that is malformed gives nothing: %s',
    (text) => {
      expect(parseListing(text)).toBeUndefined();
    },
  );
});

describe('index.json', () => {
  it('has names of containerd, else of the layout, and says what is no image', () => {
    const entry = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 5 };
    const ref = { 'org.opencontainers.image.ref.name': '1' };
    const manifests = [
      {
        ...entry,
        annotations: { ...ref, 'io.containerd.image.name': 'example.com/web:1', 'crane-tasks.dev/source': 's' },
      },
      { ...entry, annotations: ref, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      {
        ...entry,
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'io.containerd.image.name': '' },
      },
    ];
    expect(parseIndex(JSON.stringify({ manifests }), 'index.json')).toEqual([
      { ...entry, name: 'example.com/web:1', source: 's', platform: undefined, isAttestation: false },
      { ...entry, name: '1', source: undefined, platform: 'linux/arm/v7', isAttestation: false },
      { ...entry, name: undefined, source: undefined, platform: undefined, isAttestation: true },
    ]);
  });

  it('that is malformed gives nothing, or an error for an entry', () => {
    expect(parseIndex('[]', 'index.json')).toBeUndefined();
    expect(parseIndex('no JSON', 'index.json')).toBeUndefined();
    expect(() => parseIndex('{"manifests":[{}]}', 'index.json')).toThrow('lacks its digest, size or kind');
  });
});

describe('the name of a member', () => {
  it.each([`${hex}.json`, `${hex}.tar`, `${hex}.tar.gz`, digest, `blobs/sha256/${hex}`])('%s has a digest', (name) => {
    expect(digestInName(name)).toBe(digest);
  });

  it.each([`${hex}/layer.tar`, 'config.json', `blobs/sha512/${hex}`])('%s has none', (name) => {
    expect(digestInName(name)).toBeUndefined();
  });
});
