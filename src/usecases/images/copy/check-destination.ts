import type { Item } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { destinationName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure, type FailureKind } from '../../../domain/oci/failure.ts';
import { isImageType } from '../../../domain/oci/manifest.ts';
import { failedItem } from './items.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';
import { missingPlatforms } from './prove-copy.ts';

/** What to do with a tag of the destination that already means another image. */
export type IfExists = 'fail' | 'skip' | 'replace';

/** The value of a param whose choices are these three. */
export function parseIfExists(text: string): IfExists {
  return text === 'skip' || text === 'replace' ? text : 'fail';
}

/** A job with the tags that are still to be set, and items for those that are settled. */
export interface CheckedJob {
  readonly job: CopyJob;
  readonly missing: readonly string[];
  /** A tag under which the destination has the image already. */
  readonly presentTag: string | undefined;
  readonly items: readonly Item<CopyGroup>[];
}

/** Asks the destination for every tag of all jobs: one small request each, so that a second run costs next to nothing. */
export async function checkDestination(
  jobs: readonly CopyJob[],
  ifExists: IfExists,
  ports: SyncPorts,
): Promise<readonly CheckedJob[]> {
  const tags = jobs.flatMap((job) => job.tags.map((tag) => ({ job, tag })));
  const found = await mapConcurrently(tags, requestsAtOnce, async ({ job, tag }) => ({
    job,
    tag,
    state: await checkTag(job, tag, ports),
  }));
  const byJob = Map.groupBy(found, ({ job }) => job);
  return jobs.map((job) => settle(job, byJob.get(job) ?? [], ifExists));
}

interface FoundTag {
  readonly tag: string;
  readonly state: TagState;
}

function settle(job: CopyJob, states: readonly FoundTag[], ifExists: IfExists): CheckedJob {
  const missing: string[] = [];
  const items: Item<CopyGroup>[] = [];
  for (const { tag, state } of states) {
    if (state === 'absent' || (typeof state === 'object' && 'other' in state && ifExists === 'replace'))
      missing.push(tag);
    else if (state === 'present') items.push(presentItem(job, tag));
    else if ('other' in state) {
      const id = destinationName(job, tag);
      items.push(conflictItem({ id, digest: job.digest, other: state.other, ifExists }));
    } else items.push(state.item);
  }
  return { job, missing, presentTag: states.find(({ state }) => state === 'present')?.tag, items };
}

type TagState = 'present' | 'absent' | { readonly other: string } | { readonly item: Item<CopyGroup> };

/** After such a failure a manifest is unknown: registries refuse to read what is not there. Then the copy decides. */
export const leavesUnknown: readonly FailureKind[] = [
  'denied',
  'not-found',
  'unauthorized',
  'refused',
  'wrong-content',
];

async function checkTag(job: CopyJob, tag: string, ports: SyncPorts): Promise<TagState> {
  const registry = ports.destination(job.destination.host);
  const id = destinationName(job, tag);
  try {
    const head = await registry.head(job.destination.path, tag);
    if (head === undefined) return 'absent';
    // Registries count a read manifest as a pull of an image, and HEAD says the same of one that is there.
    if (head.digest === job.digest && isImageType(head.mediaType)) return 'present';
    // Read, since an answer to HEAD does not prove that a tag means another image, or what an index has.
    const found = await registry.read(job.destination.path, tag);
    if (found === undefined) return 'absent';
    if (found.digest !== job.digest) return { other: found.digest };
    const lost = await missingPlatforms(job, found, ports);
    return lost.length === 0 ? 'present' : 'absent';
  } catch (error) {
    if (!(error instanceof SyncFailure) || !leavesUnknown.includes(error.kind)) {
      return { item: failedItem(id, error, { digest: job.digest }) };
    }
    ports.log.debug(`${id}: ${error.message}; copying it decides`);
    return 'absent';
  }
}

function presentItem(job: CopyJob, tag: string): Item<CopyGroup> {
  return { id: destinationName(job, tag), outcome: 'done', reason: 'present', evidence: { digest: job.digest } };
}

interface Conflict {
  /** Of the tag at the destination. */
  readonly id: string;
  /** What it should mean. */
  readonly digest: string;
  /** What it means. */
  readonly other: string;
  readonly ifExists: IfExists;
}

/** The item of a tag that means something else and must not change. */
export function conflictItem({ id, digest, other, ifExists }: Conflict): Item<CopyGroup> {
  const evidence = { digest, 'destination-digest': other };
  const skipped = ifExists === 'skip';
  const remedy = skipped ? '' : ' Set `if-exists` to replace or skip, or remove the tag.';
  const message = `the tag means another image at the destination, ${other}.${remedy}`;
  return { id, outcome: skipped ? 'skipped' : 'failed', reason: 'tag-conflict', message, evidence };
}
