import { formatImageName, type ImageLocation } from '../../oci/image-location.ts';

/** One manifest or index to copy to one repository under all of its tags. */
export interface CopyJob {
  /** Repository. */
  readonly source: ImageLocation;
  /** Repository. */
  readonly destination: ImageLocation;
  readonly digest: string;
  /** At least one, sorted. */
  readonly tags: readonly string[];
  /** What the plan says about the image, for reports. */
  readonly planned?: Readonly<Record<string, string>>;
}

/** `host/path:tag`: how logs and reports name what a job makes. */
export function destinationName({ destination }: Pick<CopyJob, 'destination'>, tag: string): string {
  return formatImageName({ ...destination, tag });
}

/** `host/path@digest` of what a job reads. */
export function sourceName({ source, digest }: CopyJob): string {
  return formatImageName({ ...source, digest });
}
