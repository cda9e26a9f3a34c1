import { formatBytes } from '../../../domain/core/format-bytes.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { growLimit, allowsAnother, shrinkLimit, startLimit } from '../../../domain/images/copy/copy-limit.ts';
import { destinationName } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import type { Descriptor } from '../../../domain/oci/manifest.ts';
import { bytesOf, bytesToCopy, pickNextCopy, type BlobPlaces } from '../../../domain/images/copy/schedule.ts';
import type { CheckedJob } from './check-destination.ts';
import { copyImage } from './copy-image.ts';
import { failedItem, itemsOf, type ImageItem } from './items.ts';
import type { SyncPorts } from './ports.ts';

/** A checked job that has tags to set, and the blobs that come with it. */
export interface ImageTransfer {
  readonly checked: CheckedJob;
  readonly blobs: readonly Descriptor[];
  /** Why its blobs could not be read. The copy decides; one that fails alike has this cause, which says more. */
  readonly doubt?: SyncFailure;
}

export interface ImageCopyOptions {
  /** Most copies at once. */
  readonly parallel: number;
  /** How often one image is tried again after a transient failure. */
  readonly retries: number;
  /** What the destination's registry is known to have at the beginning. */
  readonly arrived: BlobPlaces['arrived'];
}

/**
 * Copies all images, several in parallel. A failure ends only its own image; a stopped run leaves the rest as failed
 * items.
 */
export async function copyImages(
  transfers: readonly ImageTransfer[],
  options: ImageCopyOptions,
  ports: SyncPorts,
): Promise<readonly ImageItem[]> {
  const pending = transfers.toSorted((a, b) => bytesOf(b.blobs) - bytesOf(a.blobs));
  const running = new Map<ImageTransfer, Promise<void>>();
  const arrived = new Map(options.arrived);
  const items: ImageItem[] = [];
  let limit = startLimit(options.parallel);

  function slowDown(): void {
    limit = shrinkLimit(limit);
  }

  async function run(transfer: ImageTransfer): Promise<void> {
    const { items: made, copied } = await copyOne(transfer, { retries: options.retries, arrived, slowDown }, ports);
    items.push(...itemsOf(transfer.checked.job, made));
    running.delete(transfer);
    if (copied) {
      limit = growLimit(limit);
      for (const blob of transfer.blobs) arrived.set(blob.digest, transfer.checked.job.destination);
    }
    ports.log.progress(transfers.length - pending.length - running.size, transfers.length, 'images copied');
  }

  function startNext(): boolean {
    const copies = [...running.keys()];
    const index = pickNextCopy(pending, { onTheWay: onTheWay(copies, arrived), arrived });
    const next = index === undefined ? undefined : pending[index];
    if (index === undefined || next === undefined) return false;
    const bytes = [...copies, next].reduce((sum, copy) => sum + bytesToCopy(copy, { arrived }), 0);
    if (!allowsAnother(limit, running.size, bytes)) return false;
    pending.splice(index, 1);
    running.set(next, run(next));
    return true;
  }

  while (pending.length > 0 || running.size > 0) {
    while (!ports.signal.aborted && startNext());
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  return [...items, ...pending.flatMap(interruptedItems)];
}

function onTheWay(running: readonly ImageTransfer[], arrived: BlobPlaces['arrived']): ReadonlySet<string> {
  const digests = running.flatMap(({ blobs }) => blobs.map((blob) => blob.digest));
  return new Set(digests.filter((digest) => !arrived.has(digest)));
}

interface Brought {
  readonly items: readonly Item<CopyGroup>[];
  readonly copied: boolean;
}

interface BringOptions {
  readonly retries: number;
  readonly arrived: BlobPlaces['arrived'];
  readonly slowDown: () => void;
}

async function copyOne(
  { checked, blobs, doubt }: ImageTransfer,
  { retries, arrived, slowDown }: BringOptions,
  ports: SyncPorts,
): Promise<Brought> {
  const { job, missing } = checked;
  const startedAt = ports.now();
  const bytes = bytesOf(blobs);
  const tries = { attempts: 0 };
  const showProgress = (done: 0 | 1, id: string): void => {
    ports.log.progress(done, 1, { id, bytes: done * bytes, totalBytes: bytes });
  };
  for (const tag of missing) showProgress(0, destinationName(job, tag));
  try {
    await copyImage({ checked, blobs, arrived, retries, tries, onThrottle: slowDown }, ports);
  } catch (error) {
    const evidence = { digest: job.digest, attempts: tries.attempts };
    const isNoSurprise = doubt?.kind === 'not-found' && error instanceof SyncFailure && error.kind === doubt.kind;
    const cause = isNoSurprise ? doubt : error;
    const items = missing.map((tag) => failedItem(destinationName(job, tag), cause, evidence));
    for (const item of items) ports.log.item(item, `${item.id}: ${item.message ?? item.reason}`);
    return { items, copied: false };
  }
  const seconds = (ports.now() - startedAt) / 1000;
  const items = missing.map((tag): Item<CopyGroup> => {
    const id = destinationName(job, tag);
    const evidence = {
      digest: job.digest,
      bytes,
      attempts: tries.attempts,
      'duration-milliseconds': Math.round(seconds * 1000),
    };
    const item = {
      id,
      outcome: 'done',
      reason: checked.presentTag === undefined ? 'copied' : 'tagged',
      evidence,
    } as const;
    showProgress(1, id);
    ports.log.item(item, `copied ${id} ${job.digest} ${formatBytes(bytes)} in ${seconds.toFixed(1)} s`);
    return item;
  });
  return { items, copied: true };
}

function interruptedItems({ checked: { job, missing } }: ImageTransfer): readonly ImageItem[] {
  const failure = new SyncFailure('interrupted', 'the run was stopped before this image');
  return itemsOf(
    job,
    missing.map((tag) => failedItem(destinationName(job, tag), failure, { digest: job.digest })),
  );
}
