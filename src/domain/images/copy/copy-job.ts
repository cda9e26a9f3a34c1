import { formatImageName, isDigest, type ImageLocation } from '../../oci/image-location.ts';

/** One manifest or index to copy to one repository under all of its tags. */
export interface CopyJob {
  /** Repository. */
  readonly source: ImageLocation;
  /** Repository. */
  readonly destination: ImageLocation;
  readonly digest: string;
  /** At least one, sorted. A digest in place of the only tag sets none. */
  readonly tags: readonly string[];
  /** What the plan says about the image, for reports. */
  readonly planned?: Readonly<Record<string, string>>;
}

/** `host/path:tag`: how logs and reports name what a job makes; `host/path@digest` with a digest in place of the tag. */
export function destinationName({ destination }: Pick<CopyJob, 'destination'>, tag: string): string {
  return formatImageName({ ...destination, ...(isDigest(tag) ? { digest: tag } : { tag }) });
}

/** `host/path@digest` of what a job reads. */
export function sourceName({ source, digest }: CopyJob): string {
  return formatImageName({ ...source, digest });
}
