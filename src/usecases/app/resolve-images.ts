import type { UsedImage } from '../../domain/app/image-inventory.ts';
import { findDigestsByName } from '../../domain/images/plan/running-images.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { formatImageName, pulledPart } from '../../domain/oci/image-location.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { mapConcurrently } from '../map-concurrently.ts';

/** An image with the digest to export. */
export interface ResolvedImage extends UsedImage {
  readonly digest: string;
  readonly reason: 'digest-in-name' | 'digest-of-pod' | 'digest-of-registry';
}

const readsAtOnce = 8;

/**
 * Finds the digest of each image: that of its name, else what the pods with this name report, else that of its
 * registry now.
 * @param registry the registry that images of a host are read from
 * @throws SyncFailure `not-found` for an image that the registry does not have, and what the registry throws
 */
export function resolveImages(
  images: readonly UsedImage[],
  pods: readonly Resource[],
  registry: (host: string) => Registry,
): Promise<readonly ResolvedImage[]> {
  const running = findDigestsByName(pods);
  return mapConcurrently(images, readsAtOnce, async (image): Promise<ResolvedImage> => {
    const { location } = image;
    if (location.digest !== undefined) return { ...image, digest: location.digest, reason: 'digest-in-name' };
    const name = formatImageName(location);
    const known = running.get(name);
    if (known !== undefined) return { ...image, digest: known, reason: 'digest-of-pod' };
    const { tag = 'latest' } = pulledPart(location);
    const head = await registry(location.host).head(location.path, tag);
    if (head === undefined) throw new SyncFailure('not-found', `reading image ${name}: the registry does not have it`);
    return { ...image, digest: head.digest, reason: 'digest-of-registry' };
  });
}
