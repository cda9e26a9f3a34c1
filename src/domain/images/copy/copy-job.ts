import { formatImageReference } from '../../oci/image-reference.ts';

/** A repository on a registry. */
export interface Repository {
  /** `host` or `host:port`. */
  readonly registry: string;
  /** Path below the host, for example `shop/web`. */
  readonly path: string;
}

/** One manifest or index to copy to one repository under all of its tags. */
export interface CopyJob {
  readonly source: Repository;
  readonly destination: Repository;
  readonly digest: string;
  /** At least one, sorted. */
  readonly tags: readonly string[];
  /** What the plan says about the image, for reports. */
  readonly planned?: Readonly<Record<string, string>>;
}

/** `host/path:tag`: how logs and reports name what a job makes. */
export function destinationName(job: CopyJob, tag: string): string {
  return formatImageReference({ host: job.destination.registry, path: job.destination.path, tag });
}

/** `host/path@digest` of what a job reads. */
export function sourceName(job: CopyJob): string {
  return formatImageReference({ host: job.source.registry, path: job.source.path, digest: job.digest });
}
