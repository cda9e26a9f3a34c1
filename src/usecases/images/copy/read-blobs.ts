import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { deepestNesting, mostManifests, parseManifest, type Descriptor } from '../../../domain/oci/manifest.ts';
import type { Registry } from '../../../domain/oci/registry.ts';

/**
 * All blobs of an image, each once, over all platforms. Reading the manifests before a copy costs a round trip, and
 * shows which copies share layers.
 * @throws SyncFailure
 */
export async function readBlobs(image: PinnedImage, registry: Registry): Promise<readonly Descriptor[]> {
  const blobs = await blobsBelow(image, { registry, seen: new Set([image.digest]) }, 0);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

interface Walk {
  readonly registry: Registry;
  /** Digests of manifests, each of which is read once. */
  readonly seen: Set<string>;
}

async function blobsBelow(image: PinnedImage, walk: Walk, depth: number): Promise<readonly Descriptor[]> {
  const { registry, seen } = walk;
  const name = formatImageName(image);
  const manifest = await registry.read(image.path, image.digest);
  if (manifest === undefined) throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  if (content.kind === 'image') return content.blobs;
  if (depth >= deepestNesting) {
    throw new SyncFailure('unsupported', `reading ${name}: indexes within indexes are too deep`);
  }
  const fresh = [...new Set(content.manifests.map(({ digest }) => digest))].filter((digest) => !seen.has(digest));
  for (const digest of fresh) seen.add(digest);
  if (seen.size > mostManifests) {
    throw new SyncFailure('unsupported', `reading ${name}: more than ${String(mostManifests)} manifests`);
  }
  const below = await Promise.all(fresh.map((digest) => blobsBelow({ ...image, digest }, walk, depth + 1)));
  return below.flat();
}
