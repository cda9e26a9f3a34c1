import { arrayAt, stringAt, valueAt } from '../../../domain/core/json-object.ts';
import { formatImageName, type PinnedImage } from '../../../domain/oci/image-location.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { deepestNesting, mostManifests, parseManifest, type Descriptor } from '../../../domain/oci/manifest.ts';
import { platformOf } from '../../../domain/oci/image-archive/choose-platform.ts';
import type { Manifest, Registry } from '../../../domain/oci/registry.ts';

/**
 * All blobs of an image, each once, over all platforms. Reading the manifests before a copy costs a round trip, and
 * shows which copies share layers.
 * @throws SyncFailure
 */
export async function readBlobs(image: PinnedImage, registry: Registry): Promise<readonly Descriptor[]> {
  const blobs = await blobsBelow(image, { registry, seen: new Set([image.digest]), platforms: new Map() }, 0);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

interface Walk {
  readonly registry: Registry;
  /** Digests of manifests, each of which is read once. */
  readonly seen: Set<string>;
  /** By digest, as far as indexes name them. */
  readonly platforms: Map<string, string>;
}

function platformsIn({ bytes }: Manifest): readonly (readonly [digest: string, platform: string])[] {
  const entries = arrayAt(JSON.parse(new TextDecoder().decode(bytes)), 'manifests');
  return entries.flatMap((entry) => {
    const platform = platformOf(valueAt(entry, 'platform'));
    return platform === undefined ? [] : [[stringAt(entry, 'digest') ?? '', platform] as const];
  });
}

async function blobsBelow(image: PinnedImage, walk: Walk, depth: number): Promise<readonly Descriptor[]> {
  const { registry, seen } = walk;
  const name = formatImageName(image);
  const manifest = await registry.read(image.path, image.digest);
  if (manifest === undefined) {
    const what = walk.platforms.get(image.digest) ?? '';
    throw new SyncFailure(
      'not-found',
      `reading ${name}: the registry does not have it${what && `, the image for ${what}`}`,
    );
  }
  const content = parseManifest(new TextDecoder().decode(manifest.bytes), manifest.mediaType, name);
  if (content.kind === 'image') return content.blobs;
  if (depth >= deepestNesting) {
    throw new SyncFailure('unsupported', `reading ${name}: indexes within indexes are too deep`);
  }
  const fresh = [...new Set(content.manifests.map(({ digest }) => digest))].filter((digest) => !seen.has(digest));
  for (const digest of fresh) seen.add(digest);
  for (const [digest, platform] of platformsIn(manifest)) walk.platforms.set(digest, platform);
  if (seen.size > mostManifests) {
    throw new SyncFailure('unsupported', `reading ${name}: more than ${String(mostManifests)} manifests`);
  }
  const below = await Promise.all(fresh.map((digest) => blobsBelow({ ...image, digest }, walk, depth + 1)));
  return below.flat();
}
