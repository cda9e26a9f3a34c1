import type { Descriptor } from '../manifest.ts';

export const dockerManifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** The manifest of an image that came without one (Docker image manifest version 2, schema 2). */
export function formatDockerManifest(config: Descriptor, layers: readonly Descriptor[]): string {
  const describe = ({ digest, size }: Descriptor, mediaType: string): object => ({ mediaType, size, digest });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: dockerManifestType,
    config: describe(config, 'application/vnd.docker.container.image.v1+json'),
    layers: layers.map((layer) => describe(layer, 'application/vnd.docker.image.rootfs.diff.tar.gzip')),
  });
}
