import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { deepestNesting, mostManifests, parseManifest, type Descriptor } from '../../../domain/oci/manifest.ts';
import type { Manifest, Registry } from '../../../domain/oci/registry.ts';

/** What is known of an image before it is copied. */
export interface ImageContent {
  /** Of the image itself, or the index. */
  readonly manifest: Manifest;
  /** All blobs, each once, over all platforms. */
  readonly blobs: readonly Descriptor[];
}

/**
 * Reads the manifests of an image. Before a copy that costs a round trip, and shows which copies share layers.
 * @throws SyncFailure
 */
export async function readContent(image: PinnedImage, registry: Registry): Promise<ImageContent> {
  const manifest = await readManifest(image, registry);
  const blobs = await blobsOf(image, manifest, { walk: { registry, seen: new Set([image.digest]) }, depth: 0 });
  return { manifest, blobs: [...new Map(blobs.map((blob) => [blob.digest, blob])).values()] };
}

interface Walk {
  readonly registry: Registry;
  /** Digests of manifests, each of which is read once. */
  readonly seen: Set<string>;
}

async function readManifest(image: PinnedImage, registry: Registry): Promise<Manifest> {
  const manifest = await registry.read(image.path, image.digest);
  if (manifest !== undefined) return manifest;
  throw new SyncFailure('not-found', `reading ${formatImageName(image)}: the registry does not have it`);
}

async function blobsOf(
  image: PinnedImage,
  manifest: Manifest,
  { walk, depth }: { readonly walk: Walk; readonly depth: number },
): Promise<readonly Descriptor[]> {
  const { registry, seen } = walk;
  const name = formatImageName(image);
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
  const below = await Promise.all(
    fresh.map(async (digest) => {
      const child = { ...image, digest };
      return blobsOf(child, await readManifest(child, registry), { walk, depth: depth + 1 });
    }),
  );
  return below.flat();
}
