import type { SyncPlan, UnpinnedImage } from '../../../domain/images/plan/sync-plan.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import type { CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { formatImageName } from '../../../domain/oci/image-location.ts';
import { failedItem } from './items.ts';
import { pinTag } from './pin-tag.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';

/** Jobs to do, and items for what could not become a job. */
export interface JobList {
  readonly jobs: readonly CopyJob[];
  readonly items: readonly Item<CopyGroup>[];
}

/**
 * The jobs of a plan. Its digests are pinned already; only for tags that the plan could not pin a registry is asked. A
 * tag that the registry does not resolve is a failed item.
 */
export async function listJobs(plan: SyncPlan, ports: SyncPorts): Promise<JobList> {
  const pinned = plan.images.map(({ source, destination, digest, tags, class: imageClass, reason }) => ({
    source,
    destination,
    digest,
    tags,
    planned: { source: formatImageName(source), class: imageClass, planned: reason },
  }));
  const late = await mapConcurrently(plan.unpinned ?? [], requestsAtOnce, (image) => pinLate(image, ports));
  return {
    jobs: [...pinned, ...late.flatMap((one) => ('digest' in one ? [one] : []))],
    items: late.flatMap((one) => ('id' in one ? [one] : [])),
  };
}

async function pinLate(
  { source, destination, tag }: UnpinnedImage,
  ports: SyncPorts,
): Promise<CopyJob | Item<CopyGroup>> {
  const name = formatImageName({ ...source, tag });
  try {
    const digest = await pinTag(source, tag, ports);
    ports.log.info(`${name} is ${digest} now`);
    return { source, destination, digest, tags: [tag] };
  } catch (error) {
    return failedItem(name, error);
  }
}
