import type { SkippedImage } from '../../schemas/documents.ts';
import { formatImageName, isDigest, type ImageLocation } from '../../oci/image-location.ts';
import { leftOutBy, type ImagePattern } from './image-choice.ts';
import type { PlannedImage, SyncPlan } from './sync-plan.ts';

/** A plan without the images that are not wanted, and these. */
export interface ReducedPlan {
  readonly plan: SyncPlan;
  readonly leftOut: readonly SkippedImage[];
}

/** Why a tag or digest of a repository is not copied; undefined: it is wanted. */
export function excludeReference(
  source: ImageLocation,
  reference: string,
  excluded: readonly ImagePattern[],
): SkippedImage | undefined {
  const image = formatImageName({ ...source, ...(isDigest(reference) ? { digest: reference } : { tag: reference }) });
  const left = leftOutBy({ isSkipped: false, excluded }, [image]);
  return left && { image, ...left, class: 'listed', usedBy: [] };
}

/**
 * Leaves tags out of a plan, by the names that they have at the source. An image is left out when none of its tags
 * remains, or by its digest.
 */
export function excludeImages(plan: SyncPlan, excluded: readonly ImagePattern[]): ReducedPlan {
  if (excluded.length === 0) return { plan, leftOut: [] };
  const found = plan.images.map((image) => excludeTags(image, excluded));
  const open = (plan.unpinned ?? []).map((image) => ({
    image,
    left: excludeReference(image.source, image.tag, excluded),
  }));
  const unpinned = open.flatMap(({ image, left }) => (left === undefined ? [image] : []));
  return {
    plan: {
      ...plan,
      images: found.flatMap(({ image }) => (image.tags.length === 0 ? [] : [image])),
      ...(plan.unpinned === undefined ? {} : { unpinned }),
    },
    leftOut: [
      ...found.flatMap(({ leftOut }) => leftOut),
      ...open.flatMap(({ image, left }) => (left === undefined ? [] : [withPlanned(left, image)])),
    ],
  };
}

function excludeTags(
  image: PlannedImage,
  excluded: readonly ImagePattern[],
): { readonly image: PlannedImage; readonly leftOut: readonly SkippedImage[] } {
  const { source, digest } = image;
  // A pattern without a tag or digest leaves out each tag, by its own name.
  const byDigest = excluded.filter(({ version, fitsTag }) => version !== undefined && fitsTag === undefined);
  const whole = excludeReference(source, digest, byDigest);
  if (whole !== undefined) return { image: { ...image, tags: [] }, leftOut: [withPlanned(whole, image)] };
  const found = image.tags.map((tag) => ({ tag, left: excludeReference(source, tag, excluded) }));
  return {
    image: { ...image, tags: found.flatMap(({ tag, left }) => (left === undefined ? [tag] : [])) },
    leftOut: found.flatMap(({ left }) => (left === undefined ? [] : [{ ...withPlanned(left, image), digest }])),
  };
}

function withPlanned(left: SkippedImage, image: Pick<PlannedImage, 'class' | 'usedBy'>): SkippedImage {
  return { ...left, class: image.class, usedBy: image.usedBy };
}
