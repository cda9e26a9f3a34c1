import { describe, expect, it } from 'vitest';

import { blobName, describeArchive, listLayers } from '../../../../../src/domain/oci/image-archive/archive-layout.ts';
import { formatDockerManifest } from '../../../../../src/domain/oci/image-archive/docker-manifest.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const part = (digit: string) => ({ digest: digestOf(digit), size: 1, mediaType: `type-${digit}` });

function image(digit: string, names: readonly string[], platform = 'linux/amd64') {
  const manifest = { digest: digestOf(digit), mediaType: 'manifest', bytes: new Uint8Array(7) };
  const source = { host: 'example.com', path: 'shop/web', digest: digestOf('f') };
  return { source, names, platform, manifest, config: part('c'), layers: [part('1'), part('2'), part('1')] };
}

describe('the description of an archive', () => {
  it('has one image without a name, or an entry for each name', () => {
    const [layout, index, listing] = describeArchive([
      image('a', []),
      image('b', ['web:1', 'odd name'], 'linux/arm/v7'),
    ]);
    expect(layout).toEqual({ name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' });
    const entry = { mediaType: 'manifest', size: 7 };
    const source = { 'crane-tasks.dev/source': `example.com/shop/web@${digestOf('f')}` };
    const arm = { architecture: 'arm', os: 'linux', variant: 'v7' };
    const named = (name: string) => ({
      ...source,
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name,
    });
    expect(JSON.parse(index?.text ?? '')).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { ...entry, digest: digestOf('a'), annotations: source, platform: { architecture: 'amd64', os: 'linux' } },
        { ...entry, digest: digestOf('b'), annotations: named('docker.io/library/web:1'), platform: arm },
        { ...entry, digest: digestOf('b'), annotations: named('odd name'), platform: arm },
      ],
    });
    const blobs = {
      Config: blobName(digestOf('c')),
      Layers: ['1', '2', '1'].map((digit) => blobName(digestOf(digit))),
    };
    expect(JSON.parse(listing?.text ?? '')).toEqual([
      { ...blobs, RepoTags: [] },
      { ...blobs, RepoTags: ['web:1', 'odd name'] },
    ]);
  });

  it('lists layers once', () => {
    const listed = listLayers([image('a', []), image('b', [])]);
    expect(listed.map(({ digest }) => digest)).toEqual([digestOf('1'), digestOf('2')]);
  });
});

describe('a manifest of Docker', () => {
  it('has the configuration and gzipped layers', () => {
    expect(JSON.parse(formatDockerManifest(part('c'), [part('1')]))).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1, digest: digestOf('c') },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 1, digest: digestOf('1') }],
    });
  });
});
