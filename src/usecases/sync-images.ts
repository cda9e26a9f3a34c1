import type { Item, Outcome } from '../domain/outcome.ts';
import { messageOf } from '../domain/errors.ts';
import { destinationName, type CopyJob, type Repository } from '../domain/sync/copy-job.ts';
import { remedyOf, SyncFailure, type FailureKind } from '../domain/sync/failure.ts';
import type { Log } from './ports.ts';
import { checkDestination, type CheckedJob, type IfExists } from './sync/check-destination.ts';
import { copyImages, type CopyOptions, type Transfer } from './sync/copy-images.ts';
import { failedItem } from './sync/items.ts';
import { jobsOfPlan, jobsOfSourceFile, type JobList } from './sync/list-jobs.ts';
import type { SyncPorts } from './sync/ports.ts';
import type { SyncRequest } from './sync/read-request.ts';
import { readBlobs } from './sync/read-blobs.ts';

export type SyncResult = 'image-count' | 'copied-count' | 'present-count' | 'skipped-count' | 'failed-count' | 'IMAGES';

export interface SyncOptions extends Omit<CopyOptions, 'arrived'> {
  readonly ifExists: IfExists;
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
): Promise<Outcome<SyncResult>> {
  const list = await listJobs(request, ports);
  const checked = await Promise.all(list.jobs.map((job) => checkDestination(job, options.ifExists, ports)));
  const wanting = checked.filter((one) => one.missing.length > 0);
  const prepared = await Promise.all(wanting.map((one) => prepare(one, ports)));
  const transfers = prepared.filter((one) => 'checked' in one);
  const settled = [
    ...list.items,
    ...checked.flatMap((one) => one.items),
    ...prepared.flatMap((one) => ('items' in one ? one.items : [])),
  ];
  warnOfFailures(settled, ports.log);
  tellPresent(settled, ports.log);
  const arrived = transfers.length === 0 ? new Map<string, Repository>() : await findArrived(checked, ports);
  const copied = await copyImages(transfers, { ...options, arrived }, ports);
  const items = [...settled, ...copied].sort((a, b) => (a.id < b.id ? -1 : 1));
  throwIfAllRefused(items);
  return outcomeOf(items, list.jobs);
}

function warnOfFailures(items: readonly Item[], log: Log): void {
  for (const { id, outcome, message = '' } of items) if (outcome === 'failed') log.warn(`${id}: ${message}`);
}

function tellPresent(items: readonly Item[], log: Log): void {
  const present = items.filter((item) => item.reason === 'present').length;
  if (present > 0) log.info(`${String(present)} images are at the destination already`);
}

async function listJobs(request: SyncRequest, ports: SyncPorts): Promise<JobList> {
  if (request.kind === 'plan') {
    for (const { image, message } of request.plan.problems) ports.log.warn(`not in the plan: ${image}: ${message}`);
    return { jobs: jobsOfPlan(request.plan), items: [] };
  }
  return jobsOfSourceFile(request.requests, request.target, ports);
}

async function prepare(checked: CheckedJob, ports: SyncPorts): Promise<Transfer | { readonly items: readonly Item[] }> {
  const { job, missing } = checked;
  if (checked.presentTag !== undefined) return { checked, blobs: [] };
  try {
    return {
      checked,
      blobs: await readBlobs({ repository: job.source, digest: job.digest }, ports.source(job.source.registry)),
    };
  } catch (error) {
    return { items: missing.map((tag) => failedItem(destinationName(job, tag), error, { digest: job.digest })) };
  }
}

/** Blobs of the images that are at the destination already, so that a resumed run does not bring shared ones again. */
async function findArrived(checked: readonly CheckedJob[], ports: SyncPorts): Promise<Map<string, Repository>> {
  const arrived = new Map<string, Repository>();
  const present = checked.filter((one) => one.presentTag !== undefined);
  await Promise.all(
    present.map(async ({ job: { destination, digest } }) => {
      try {
        const blobs = await readBlobs({ repository: destination, digest }, ports.destination(destination.registry));
        for (const blob of blobs) arrived.set(blob.digest, destination);
      } catch (error) {
        ports.log.debug(`reading what ${destination.path} has: ${messageOf(error)}`);
      }
    }),
  );
  return arrived;
}

const outsideReasons: readonly FailureKind[] = [
  'unauthorized',
  'denied',
  'unavailable',
  'tls-untrusted',
  'realm-refused',
  'program-missing',
];

function throwIfAllRefused(items: readonly Item[]): void {
  const [first] = items;
  if (first === undefined || items.some((item) => item.outcome !== 'failed' || item.reason !== first.reason)) return;
  const kind = outsideReasons.find((reason) => reason === first.reason);
  if (kind === undefined) return;
  const others = items.length === 1 ? '' : ` (and ${String(items.length - 1)} more images alike)`;
  const { message = first.reason } = first;
  throw new SyncFailure(kind, `copying ${first.id}${others}: ${message.replace(`. ${remedyOf(kind)}`, '')}`);
}

function outcomeOf(items: readonly Item[], jobs: readonly CopyJob[]): Outcome<SyncResult> {
  const count = (wanted: (item: Item) => boolean): number => items.filter(wanted).length;
  const copied = count((item) => item.reason === 'copied' || item.reason === 'tagged');
  const present = count((item) => item.reason === 'present');
  const skipped = count((item) => item.outcome === 'skipped');
  const failed = count((item) => item.outcome === 'failed');
  return {
    items,
    results: {
      'image-count': String(items.length),
      'copied-count': String(copied),
      'present-count': String(present),
      'skipped-count': String(skipped),
      'failed-count': String(failed),
      IMAGES: listImages(items, jobs),
    },
    summary: `${String(items.length)} images: ${String(copied)} copied, ${String(present)} there already, ${String(skipped)} skipped, ${String(failed)} failed`,
    remedy: `Mend what the report says of ${namesOf(items)} and run again: finished images are not copied again.`,
  };
}

const mostNames = 5;

function namesOf(items: readonly Item[]): string {
  const names = items.filter((item) => item.outcome === 'failed').map((item) => item.id);
  const rest = names.length > mostNames ? ` and ${String(names.length - mostNames)} more` : '';
  return names.slice(0, mostNames).join(', ') + rest;
}

// All results of a Task share 4 KiB, and 2 KiB is what this project allows itself.
const longestHint = 1024;

/** Type hint of Tekton Chains: `repository@digest`, comma separated, cut after the last one that fits. */
function listImages(items: readonly Item[], jobs: readonly CopyJob[]): string {
  const proven = new Set(items.filter((item) => item.outcome === 'done').map((item) => item.id));
  const names = jobs
    .filter((job) => job.tags.some((tag) => proven.has(destinationName(job, tag))))
    .map((job) => `${job.destination.registry}/${job.destination.path}@${job.digest}`);
  let hint = '';
  for (const name of [...new Set(names)].sort()) {
    const longer = hint === '' ? name : `${hint},${name}`;
    if (longer.length > longestHint) break;
    hint = longer;
  }
  return hint;
}
