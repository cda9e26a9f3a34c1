import { expect, test } from 'vitest';
import { platformIndex, toBlob, withArchitecture } from '../../../../testbed/shop/platform-index.ts';

const config = toBlob({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: ['sha256:1'] } });
const manifest = toBlob({
  schemaVersion: 2,
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.bytes.length },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:2', size: 5 }],
});
const amd64 = { manifest, config };

test('gives the other architecture the same layers under a configuration of its own', () => {
  const arm64 = withArchitecture(amd64, 'arm64');
  expect(JSON.parse(arm64.config.bytes)).toEqual({
    architecture: 'arm64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
  });
  expect(JSON.parse(arm64.manifest.bytes)).toMatchObject({
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: arm64.config.digest,
      size: arm64.config.bytes.length,
    },
    layers: [{ digest: 'sha256:2' }],
  });
  expect(arm64.manifest.digest).not.toBe(manifest.digest);
});

test('names a blob by the sha256 of its bytes', () => {
  expect(toBlob({}).digest).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});

test('lists each image with its platform, digest and size', () => {
  expect(platformIndex({ amd64 })).toMatchObject({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { digest: manifest.digest, size: manifest.bytes.length, platform: { architecture: 'amd64', os: 'linux' } },
    ],
  });
});
