import type { PlannedImage } from '../../schemas/documents.ts';

/** An image to copy, before those that share a repository and digest are put together. */
export interface Candidate extends Pick<PlannedImage, 'digest' | 'class' | 'reason' | 'usedBy'> {
  /** Repository below the registry, `namespace/name`. */
  readonly repository: string;
  /** Another registry than the cluster's own. */
  readonly registry?: string;
  readonly tag?: string;
}
