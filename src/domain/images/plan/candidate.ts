import type { ImageLocation } from '../../oci/image-location.ts';
import type { PlannedImage } from './sync-plan.ts';

/** An image to copy, before those that share a repository and digest are put together. */
export interface Candidate extends Pick<PlannedImage, 'digest' | 'class' | 'reason' | 'usedBy'> {
  /** Repository. */
  readonly source: ImageLocation;
  readonly tag?: string | undefined;
}
