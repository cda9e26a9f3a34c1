import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { parseManifest, type Descriptor } from '../../../domain/oci/manifest.ts';
import type { Registry } from '../../../domain/oci/registry.ts';

const deepestNesting = 3;

/**
 * All blobs of an image, each once, over all platforms. Reading the manifests before a copy costs a round trip, and
 * shows which copies share layers, what is missing at the source, and what cannot be copied at all.
 * @throws SyncFailure
 */
export async function readBlobs(image: PinnedImage, registry: Registry): Promise<readonly Descriptor[]> {
  const blobs = await blobsBelow(image, registry, 0);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

async function blobsBelow(image: PinnedImage, registry: Registry, depth: number): Promise<readonly Descriptor[]> {
  const name = formatImageName(image);
  const manifest = await registry.read(image.path, image.digest);
  if (manifest === undefined) throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  if (content.kind === 'image') return content.blobs;
  if (depth >= deepestNesting) {
    throw new SyncFailure('unsupported', `reading ${name}: indexes within indexes are too deep`);
  }
  const below = await Promise.all(
    content.manifests.map((entry) => blobsBelow({ ...image, digest: entry.digest }, registry, depth + 1)),
  );
  return below.flat();
}
