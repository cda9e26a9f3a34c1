import type { ImagePattern } from '../../../domain/images/plan/image-choice.ts';
import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { formatSyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import { messageOf } from '../../../domain/core/errors.ts';
import { destinationName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import { formatImageHint, longestResults, describeTruncation } from '../../../domain/images/copy/image-hint.ts';
import { remedyOf, SyncFailure, type FailureKind } from '../../../domain/oci/failure.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { checkDestination, leavesUnknown, type CheckedJob, type IfExists } from './check-destination.ts';
import { copyReferrers, type ReferrerMode } from './copy-referrers.ts';
import { findReferrers } from './find-referrers.ts';
import { copyImages, type ImageCopyOptions, type ImageTransfer } from './copy-images.ts';
import { expandSourceFile } from './expand-source-file.ts';
import { failedItem, itemsOf, type ImageItem } from './items.ts';
import { listJobs } from './list-jobs.ts';
import { choosePlatforms } from './choose-platforms.ts';
import { keepReferrers, putIndexes } from './put-indexes.ts';
import { itemsLeftOut, itemsOfUnused } from '../plan/plan-outcome.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';
import type { SyncRequest } from './read-request.ts';
import { readBlobs } from './read-blobs.ts';

export type SyncResult =
  | 'image-count'
  | 'copied-count'
  | 'present-count'
  | 'skipped-count'
  | 'failed-count'
  | 'referrer-count'
  | 'IMAGES';

export interface SyncOptions extends Omit<ImageCopyOptions, 'arrived'> {
  readonly ifExists: IfExists;
  /** Whether signatures and other referrers come along. */
  readonly referrers: ReferrerMode;
  /** `os/architecture[/variant]` of the images of an index that are copied; empty: all. */
  readonly platforms: readonly string[];
}

/**
 * Makes the destination hold all images of a request: what is there already is found by digest and left alone, the rest
 * is copied, proved and tagged. The registries are the only memory between two runs, so a killed run resumes by itself.
 * @throws TaskError when every single image fails for the same outside reason, before anything useful happened
 */
export async function syncImages(
  request: SyncRequest,
  options: SyncOptions,
  ports: SyncPorts,
): Promise<Outcome<SyncResult, CopyGroup>> {
  const { plan, items: leftOut } = await planOf(request, ports);
  const list = await choosePlatforms(await listJobs(plan, ports), options.platforms, ports);
  // Asked while the destination is asked: the answers are needed at the end.
  const finding =
    options.referrers === 'false'
      ? Promise.resolve([])
      : findReferrers([...list.jobs, ...list.partial.map(({ job }) => job)], ports);
  const checked = await checkDestination(list.jobs, options.ifExists, ports);
  const wanting = checked.filter((one) => one.missing.length > 0);
  const prepared = await mapConcurrently(wanting, requestsAtOnce, (one) => prepare(one, ports));
  const transfers = prepared.filter((one) => 'checked' in one);
  const settled = [
    ...itemsOf(undefined, [...leftOut, ...list.items]),
    ...checked.flatMap(({ job, items }) => itemsOf(job, items)),
    ...prepared.flatMap((one) => ('items' in one ? one.items : [])),
  ];
  logSettled(settled, ports.log);
  const arrived = transfers.length === 0 ? new Map<string, ImageLocation>() : await findArrived(checked, ports);
  const copied = await copyImages(transfers, { ...options, arrived }, ports);
  const made = [...settled, ...copied];
  const all = await putIndexes(list.partial, made, { ifExists: options.ifExists, ports });
  const images = all.map(withPlanned).sort((one, other) => byId(one.item, other.item));
  throwIfAllRefused(images.map(({ item }) => item));
  const proven = new Set(images.flatMap(({ item, job }) => (item.outcome === 'done' && job ? [job] : [])));
  const found = keepReferrers(await finding, list.partial, [...made, ...all]);
  const referrers = await copyReferrers(found, options, ports);
  return outcomeOf({ images: images.map(({ item }) => item), referrers, proven });
}

function withPlanned({ item, job }: ImageItem): ImageItem {
  return job?.planned === undefined
    ? { item, job }
    : { item: { ...item, evidence: { ...item.evidence, ...job.planned } }, job };
}

function logSettled(items: readonly ImageItem[], log: Log): void {
  for (const { item } of items)
    log.item(item, item.outcome === 'failed' ? `${item.id}: ${item.message ?? ''}` : undefined);
  const present = items.filter(({ item }) => item.reason === 'present').length;
  if (present > 0) log.info(`${String(present)} images are at the destination already`);
}

/** A source file becomes a plan first, which is kept beside it; its problems are this run's own. */
async function planOf(
  request: SyncRequest,
  ports: SyncPorts,
): Promise<{ readonly plan: SyncPlan; readonly items: readonly Item<CopyGroup>[] }> {
  if (request.kind === 'plan') {
    for (const { image, message } of request.plan.problems) ports.log.warn(`not in the plan: ${image}: ${message}`);
    const { plan, leftOut } = request;
    return { plan, items: itemsOfExcluded({ ...plan, skipped: leftOut, problems: [] }, request.excluded) };
  }
  const plan = await expandSourceFile(request, ports);
  await ports.keepPlan(request.planName, formatSyncPlan(plan));
  return { plan, items: itemsOfExcluded(plan, request.excluded) };
}

function itemsOfExcluded(plan: SyncPlan, excluded: readonly ImagePattern[]): readonly Item<CopyGroup>[] {
  return [...itemsLeftOut(plan, []), ...itemsOfUnused(plan, { isSkipped: false, excluded })];
}

async function prepare(
  checked: CheckedJob,
  ports: SyncPorts,
): Promise<ImageTransfer | { readonly items: readonly ImageItem[] }> {
  const { job, missing } = checked;
  if (checked.presentTag !== undefined) return { checked, blobs: [] };
  try {
    return {
      checked,
      blobs: await readBlobs({ ...job.source, digest: job.digest }, ports.source(job.source.host)),
    };
  } catch (error) {
    if (error instanceof SyncFailure && leavesUnknown.includes(error.kind)) {
      ports.log.debug(`${error.message}; copying it decides`);
      return { checked, blobs: [], doubt: error };
    }
    const failed = missing.map((tag) => failedItem(destinationName(job, tag), error, { digest: job.digest }));
    return { items: itemsOf(job, failed) };
  }
}

/** Blobs of the images that are at the destination already, so that a resumed run does not copy shared ones again. */
async function findArrived(checked: readonly CheckedJob[], ports: SyncPorts): Promise<Map<string, ImageLocation>> {
  const arrived = new Map<string, ImageLocation>();
  const present = checked.filter((one) => one.presentTag !== undefined);
  await mapConcurrently(present, requestsAtOnce, async ({ job: { destination, digest } }) => {
    try {
      const blobs = await readBlobs({ ...destination, digest }, ports.destination(destination.host));
      for (const blob of blobs) arrived.set(blob.digest, destination);
    } catch (error) {
      ports.log.debug(`reading what ${destination.path} has: ${messageOf(error)}`);
    }
  });
  return arrived;
}

const outsideReasons: readonly FailureKind[] = [
  'unauthorized',
  'denied',
  'unavailable',
  'tls-untrusted',
  'realm-refused',
  'address-refused',
  'proxy-unusable',
  'program-missing',
  'not-a-registry',
];

function throwIfAllRefused(items: readonly Item<CopyGroup>[]): void {
  const [first] = items;
  if (first === undefined || items.some((item) => item.outcome !== 'failed' || item.reason !== first.reason)) return;
  const kind = outsideReasons.find((reason) => reason === first.reason);
  if (kind === undefined) return;
  const others = items.length === 1 ? '' : ` (and ${String(items.length - 1)} more images alike)`;
  const { message = first.reason } = first;
  throw new SyncFailure(kind, `copying ${first.id}${others}: ${message.replace(`. ${remedyOf(kind)}`, '')}`);
}

interface Ending {
  /** One item for each destination tag, and for each image that got none. */
  readonly images: readonly Item<CopyGroup>[];
  readonly referrers: readonly Item<CopyGroup>[];
  /** Jobs with a tag that is at the destination now. */
  readonly proven: ReadonlySet<CopyJob>;
}

function outcomeOf({ images, referrers, proven: jobs }: Ending): Outcome<SyncResult, CopyGroup> {
  const count = (wanted: (item: Item<CopyGroup>) => boolean): number => images.filter(wanted).length;
  const copied = count((item) => copyReasons.has(item.reason));
  const present = count((item) => item.reason === 'present');
  const skipped = count((item) => item.outcome === 'skipped');
  const failed = count((item) => item.outcome === 'failed');
  const proven = imagesOf(jobs);
  const hint = formatImageHint(proven, longestResults);
  // What was asked for as a tag of its own is counted there.
  const own = new Set(images.map((item) => item.id));
  const items = [...images, ...referrers.filter((item) => !own.has(item.id))].sort(byId);
  return {
    items,
    results: {
      'image-count': String(images.length),
      'copied-count': String(copied),
      'present-count': String(present),
      'skipped-count': String(skipped),
      'failed-count': String(failed),
      'referrer-count': String(referrers.filter((item) => item.outcome === 'done').length),
      IMAGES: hint,
    },
    summary: `${String(images.length)} images: ${String(copied)} copied, ${String(present)} there already, ${String(skipped)} skipped, ${String(failed)} failed${describeReferrers(referrers)}${describeTruncation(hint, proven.length)}`,
    remedy: `Fix what the report says of ${namesOf(items)} and run again: finished images are not copied again.`,
  };
}

const copyReasons: ReadonlySet<string> = new Set(['copied', 'tagged', 'sparse-index', 'reduced-index']);

function byId(one: Item<CopyGroup>, other: Item<CopyGroup>): number {
  return one.id < other.id ? -1 : 1;
}

function describeReferrers(referrers: readonly Item<CopyGroup>[]): string {
  if (referrers.length === 0) return '';
  const count = (outcome: Item['outcome']): number => referrers.filter((item) => item.outcome === outcome).length;
  const skipped = count('skipped') === 0 ? '' : `${String(count('skipped'))} skipped, `;
  return `; ${String(referrers.length)} signatures and other referrers, ${skipped}${String(count('failed'))} failed`;
}

const mostNames = 5;

function namesOf(items: readonly Item<CopyGroup>[]): string {
  const names = items.filter((item) => item.outcome === 'failed').map((item) => item.id);
  const rest = names.length > mostNames ? ` and ${String(names.length - mostNames)} more` : '';
  return names.slice(0, mostNames).join(', ') + rest;
}

/** What Tekton Chains reads: `repository@digest`, sorted. */
function imagesOf(jobs: ReadonlySet<CopyJob>): readonly string[] {
  const names = [...jobs].map(({ destination, digest }) => formatImageName({ ...destination, digest }));
  return [...new Set(names)].sort();
}
