import type { ArchivedImage } from '../../src/domain/oci/image-archive/archived-image.ts';

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** An image of an archive, with the digest `aaa…` of its manifest and `ccc…` of its configuration. */
export function anArchivedImage({
  names,
  source,
}: {
  names: readonly string[];
  source?: string | undefined;
}): ArchivedImage {
  return {
    names,
    source,
    platform: 'linux/amd64',
    config: { digest: digestOf('c'), size: 2, member: 'config' },
    layers: [],
    manifest: {
      digest: digestOf('a'),
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      bytes: new Uint8Array(),
    },
  };
}
