import type { ImageLocation } from '../../oci/image-location.ts';
import type { Descriptor } from '../../oci/manifest.ts';

/** A copy that waits for its turn. */
export interface PendingCopy {
  /** Blobs that the destination's registry must hold at the end, each once. */
  readonly blobs: readonly Descriptor[];
}

/**
 * Share of a copy's bytes that may go twice: waiting for the other copy to end costs more than sending a small base
 * layer again, while sending a large one again costs more than waiting.
 */
const tolerableShare = 0.1;

/** Where blobs are at this moment, by digest. */
export interface BlobPlaces {
  /** Within running copies. */
  readonly onTheWay: ReadonlySet<string>;
  /** Known to be at the destination's registry, each with a repository that has it. */
  readonly arrived: ReadonlyMap<string, ImageLocation>;
}

/**
 * Picks the copy to start next: the first one of which no (big) blob is on its way within another copy. Once that
 * other copy is done, the registry mounts the blob from its repository instead of taking it again.
 * @param pending largest first, so that the longest copies do not come last
 * @returns index into `pending`, or undefined when each had better wait for a running copy
 */
export function pickNextCopy(pending: readonly PendingCopy[], places: BlobPlaces): number | undefined {
  const index = pending.findIndex((copy) => {
    const twice = bytesOf(copy.blobs.filter((blob) => places.onTheWay.has(blob.digest)));
    return twice <= bytesToCopy(copy, places) * tolerableShare;
  });
  return index < 0 ? undefined : index;
}

/** Bytes of a copy that are not at the destination's registry yet. */
export function bytesToCopy({ blobs }: PendingCopy, { arrived }: Pick<BlobPlaces, 'arrived'>): number {
  return bytesOf(blobs.filter((blob) => !arrived.has(blob.digest)));
}

/** Sum of the sizes. */
export function bytesOf(blobs: readonly Descriptor[]): number {
  return blobs.reduce((sum, blob) => sum + blob.size, 0);
}
