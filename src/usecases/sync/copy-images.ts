import type { Item } from '../../domain/outcome.ts';
import { growLimit, hasRoom, shrinkLimit, startLimit, type CopyLimit } from '../../domain/sync/copy-limit.ts';
import { destinationName } from '../../domain/sync/copy-job.ts';
import { SyncFailure } from '../../domain/sync/failure.ts';
import type { Descriptor } from '../../domain/sync/manifest.ts';
import { bytesOf, bytesToBring, pickNextCopy } from '../../domain/sync/schedule.ts';
import type { CheckedJob } from './check-destination.ts';
import { bringImage } from './bring-image.ts';
import { failedItem } from './items.ts';
import type { SyncPorts } from './ports.ts';

/** A checked job that has tags to set, and the blobs that come with it. */
export interface Transfer {
  readonly checked: CheckedJob;
  readonly blobs: readonly Descriptor[];
}

export interface CopyOptions {
  /** Most copies at once. */
  readonly parallel: number;
  /** How often one image is tried again after a transient failure. */
  readonly retries: number;
}

/** Brings all images, several at once. A failure ends only its own image; a stopped run leaves the rest as failed items. */
export async function copyImages(
  transfers: readonly Transfer[],
  options: CopyOptions,
  ports: SyncPorts,
): Promise<readonly Item[]> {
  const pending = transfers.toSorted((a, b) => bytesOf(b.blobs) - bytesOf(a.blobs));
  const running = new Map<Transfer, Promise<void>>();
  const arrived = new Set<string>();
  const items: Item[] = [];
  let limit = startLimit(options.parallel);

  async function run(transfer: Transfer): Promise<void> {
    const { items: made, copied, throttled } = await bringOne(transfer, options, ports);
    items.push(...made);
    running.delete(transfer);
    if (copied) for (const blob of transfer.blobs) arrived.add(blob.digest);
    limit = nextLimit(limit, { copied, throttled });
    ports.log.progress(transfers.length - pending.length - running.size, transfers.length, 'images brought');
  }

  function startNext(): boolean {
    const copies = [...running.keys()];
    const index = pickNextCopy(pending, { onTheWay: onTheWay(copies, arrived), arrived });
    const next = index === undefined ? undefined : pending[index];
    if (index === undefined || next === undefined) return false;
    const bytes = [...copies, next].reduce((sum, copy) => sum + bytesToBring(copy, { arrived }), 0);
    if (!hasRoom(limit, running.size, bytes)) return false;
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

function onTheWay(running: readonly Transfer[], arrived: ReadonlySet<string>): ReadonlySet<string> {
  const digests = running.flatMap(({ blobs }) => blobs.map((blob) => blob.digest));
  return new Set(digests.filter((digest) => !arrived.has(digest)));
}

function nextLimit(limit: CopyLimit, { copied, throttled }: { copied: boolean; throttled: boolean }): CopyLimit {
  if (throttled) return shrinkLimit(limit);
  return copied ? growLimit(limit) : limit;
}

interface Brought {
  readonly items: readonly Item[];
  readonly copied: boolean;
  /** Whether a registry asked for quiet meanwhile. */
  readonly throttled: boolean;
}

async function bringOne({ checked, blobs }: Transfer, options: CopyOptions, ports: SyncPorts): Promise<Brought> {
  const { job, missing } = checked;
  const startedAt = ports.now();
  const bytes = bytesOf(blobs);
  const tries = { attempts: 0, throttled: false };
  try {
    await bringImage({ checked, retries: options.retries, tries }, ports);
  } catch (error) {
    const evidence = { digest: job.digest, attempts: tries.attempts };
    const items = missing.map((tag) => failedItem(destinationName(job, tag), error, evidence));
    for (const item of items) ports.log.warn(`${item.id}: ${item.message ?? item.reason}`);
    return { items, copied: false, throttled: tries.throttled };
  }
  const seconds = (ports.now() - startedAt) / 1000;
  const items = missing.map((tag): Item => {
    const id = destinationName(job, tag);
    ports.log.info(`copied ${id} ${job.digest} ${formatBytes(bytes)} in ${seconds.toFixed(1)} s`);
    const evidence = {
      digest: job.digest,
      bytes,
      attempts: tries.attempts,
      'duration-milliseconds': Math.round(seconds * 1000),
    };
    return { id, outcome: 'done', reason: checked.presentTag === undefined ? 'copied' : 'tagged', evidence };
  });
  return { items, copied: true, throttled: tries.throttled };
}

function interruptedItems({ checked: { job, missing } }: Transfer): readonly Item[] {
  const failure = new SyncFailure('interrupted', 'the run was stopped before this image');
  return missing.map((tag) => failedItem(destinationName(job, tag), failure, { digest: job.digest }));
}

function formatBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
