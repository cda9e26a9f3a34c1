import type { CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { destinationName, sourceName } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import { isIndexType, parseManifest } from '../../../domain/oci/manifest.ts';
import { reduceIndex, type ReducedIndex } from '../../../domain/oci/image-archive/reduce-index.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import { failedItem } from './items.ts';
import type { JobList } from './list-jobs.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';

/** An index of which the destination gets a part. */
export interface PartialIndex {
  /** The job of the whole index, which is not copied by itself. */
  readonly job: CopyJob;
  /** Jobs of its manifests: each has its digest in place of a tag. */
  readonly children: readonly CopyJob[];
  readonly platforms: readonly string[];
  readonly dropped: readonly string[];
  /** As the source has it. */
  readonly whole: Manifest;
  /** With the remaining entries alone. */
  readonly reduced: Manifest;
}

/** Jobs for the copying program, and the indexes that are put when their manifests are there. */
export interface ChosenJobs extends JobList {
  readonly partial: readonly PartialIndex[];
}

/**
 * Replaces each index that has images for other platforms too by the manifests that are wanted. Images and indexes with
 * nothing else remain as they are. What cannot be read becomes failed items.
 * @param platforms empty: all
 */
export async function choosePlatforms(
  list: JobList,
  platforms: readonly string[],
  ports: SyncPorts,
): Promise<ChosenJobs> {
  if (platforms.length === 0) return { ...list, partial: [] };
  const found = await mapConcurrently(list.jobs, requestsAtOnce, (job) => choose(job, platforms, ports));
  const partial = found.flatMap((one) => ('partial' in one ? [one.partial] : []));
  const children = partial.flatMap((one) => one.children);
  return {
    jobs: [
      ...found.flatMap((one) => ('job' in one ? [one.job] : [])),
      ...new Map(children.map((job) => [destinationName(job, job.digest), job])).values(),
    ],
    items: [...list.items, ...found.flatMap((one) => ('items' in one ? one.items : []))],
    partial,
  };
}

type Choice = { readonly job: CopyJob } | { readonly partial: PartialIndex } | Pick<JobList, 'items'>;

async function choose(job: CopyJob, platforms: readonly string[], ports: SyncPorts): Promise<Choice> {
  const { source, destination, digest } = job;
  const name = sourceName(job);
  try {
    const whole = await ports.source(source.host).read(source.path, digest);
    if (whole === undefined) throw new SyncFailure('not-found', `reading ${name}: the registry does not have it`);
    const text = new TextDecoder().decode(whole.bytes);
    const found = isIndexType(whole.mediaType) ? reduce(text, { whole, name, platforms }) : undefined;
    if (found === undefined) return { job };
    const bytes = new TextEncoder().encode(found.text);
    return {
      partial: {
        job,
        children: found.kept.map((child) => ({ source, destination, digest: child, tags: [child] })),
        platforms: found.platforms,
        dropped: found.dropped,
        whole,
        reduced: { mediaType: whole.mediaType, bytes, digest: ports.digestOf(bytes) },
      },
    };
  } catch (error) {
    return { items: job.tags.map((tag) => failedItem(destinationName(job, tag), error, { digest })) };
  }
}

interface Wish {
  readonly whole: Manifest;
  readonly name: string;
  readonly platforms: readonly string[];
}

function reduce(text: string, { whole, name, platforms }: Wish): ReducedIndex | undefined {
  parseManifest(text, whole.mediaType, name);
  return reduceIndex(text, platforms, name);
}
