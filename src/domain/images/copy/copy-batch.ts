import { smallFactor } from './copy-limit.ts';
import type { CopyJob } from './copy-job.ts';

/**
 * What jobs of one batch have in common. `skopeo sync` names a destination after the last part of the source
 * (skopeo-sync(1), "DESCRIPTION"), so that all of a batch go to one folder of repositories.
 */
export interface BatchPlace {
  readonly sourceHost: string;
  readonly destinationHost: string;
  /** Path of the repositories without its last part. */
  readonly folder: string;
}

/** Where a batch would put a job; undefined where its destination has another name than a batch gives it. */
export function batchPlaceOf({ source, destination }: CopyJob): BatchPlace | undefined {
  const slash = destination.path.lastIndexOf('/');
  const name = destination.path.slice(slash + 1);
  if (slash < 0 || source.path.slice(source.path.lastIndexOf('/') + 1) !== name) return undefined;
  return { sourceHost: source.host, destinationHost: destination.host, folder: destination.path.slice(0, slash) };
}

/** A job that waits for a batch. */
export interface BatchEntry {
  readonly place: BatchPlace;
  /** That the destination does not have yet. */
  readonly bytes: number;
}

/** Bytes of a batch at most. Larger images take long enough to be copied each by itself, beside others. */
export const mostBatchBytes = 64 * 1024 * 1024;

/**
 * The entries that go into the next batch: those of the place of the first one, in their order.
 * @param most entries; at least one is taken
 */
export function takeBatch<T extends BatchEntry>(waiting: readonly T[], most: number): readonly T[] {
  const [first] = waiting;
  const batch: T[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    const isFull = batch.length > 0 && (batch.length >= most || bytes + entry.bytes > mostBatchBytes);
    if (isFull) break;
    if (first === undefined || !isSamePlace(first.place, entry.place)) continue;
    batch.push(entry);
    bytes += entry.bytes;
  }
  return batch;
}

function isSamePlace(one: BatchPlace, other: BatchPlace): boolean {
  return (
    one.sourceHost === other.sourceHost && one.destinationHost === other.destinationHost && one.folder === other.folder
  );
}

/** Milliseconds: a registry that answers faster keeps a copying program busy. */
const nearMilliseconds = 10;
const processesNear = 4;
const processesFar = 2;

/** How batches are made. */
export interface BatchShape {
  /** Processes that copy at once. */
  readonly processes: number;
  /** Images of a batch at most. */
  readonly images: number;
}

/**
 * Few processes with many images each, where the destination answers fast: each start of the program takes processor
 * time. At a distance each image waits for some twenty answers, one after the other, and more processes wait together.
 * @param parallel as many images as the user wants to be copied at once
 * @param answerMilliseconds how fast the destination answers
 */
export function shapeBatches(parallel: number, answerMilliseconds: number): BatchShape {
  const isNear = answerMilliseconds < nearMilliseconds;
  const processes = isNear ? Math.min(parallel, processesNear) : parallel * processesFar;
  return { processes, images: Math.ceil((parallel * smallFactor) / processes) };
}
