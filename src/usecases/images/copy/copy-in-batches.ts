import {
  batchPlaceOf,
  mostBatchBytes,
  shapeBatches,
  takeBatch,
  type BatchEntry,
  type BatchShape,
} from '../../../domain/images/copy/copy-batch.ts';
import { messageOf } from '../../../domain/core/errors.ts';
import type { Copier } from '../../../domain/images/copy/copier.ts';
import { destinationName, type CopyJob } from '../../../domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';
import type { Manifest } from '../../../domain/oci/registry.ts';
import type { SyncPorts } from './ports.ts';

/** How long an image waits for others to make a batch with. */
const collectMilliseconds = 30;

/** What a batch needs to know of an image. */
export interface BatchContent {
  /** As the source has it. */
  readonly manifest: Manifest;
  /** That the destination does not have yet. */
  readonly bytes: number;
}

export interface BatchOptions {
  /** As many images as the user wants to be copied at once. */
  readonly parallel: number;
  /** Undefined for an image that must be copied by itself. */
  readonly contentOf: (job: CopyJob) => BatchContent | undefined;
}

interface Waiting extends BatchEntry {
  readonly job: CopyJob;
  readonly tag: string;
  readonly manifest: Manifest;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A copier that copies the content of several small images with one process: a start of the program costs as much time
 * of the processor as the rest of a small copy. The tag is set when the content is there. What a batch cannot have, or
 * did not copy, is copied by itself, and that copy says what is wrong.
 */
export function copyInBatches(options: BatchOptions, ports: SyncPorts): Copier {
  const batches = new Batches(options, ports);
  const { copier } = ports;
  return {
    ...copier,
    async copy(job, tag) {
      if (!(await batches.join(job, tag))) await copier.copy(job, tag);
    },
  };
}

class Batches {
  readonly #options: BatchOptions;
  readonly #ports: SyncPorts;
  readonly #waiting: Waiting[] = [];
  readonly #tried = new WeakSet<CopyJob>();
  #running = 0;
  #fastestAnswer = Infinity;

  constructor(options: BatchOptions, ports: SyncPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Waits until an image is copied with a batch. False for one that must be copied by itself. */
  async join(job: CopyJob, tag: string): Promise<boolean> {
    const place = batchPlaceOf(job);
    const content = this.#options.contentOf(job);
    const fits = place !== undefined && content !== undefined && content.bytes <= mostBatchBytes;
    if (this.#options.parallel === 1 || !fits || this.#tried.has(job)) return false;
    this.#tried.add(job);
    if (!(await this.#isNew(job))) return false;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ place, job, tag, ...content, resolve: () => resolve(true), reject });
      this.#collect();
    });
  }

  /** Whether the destination lacks the manifest: the program takes an image for complete that has its manifest. */
  async #isNew({ destination: { host, path }, digest }: CopyJob): Promise<boolean> {
    const registry = this.#ports.destination(host);
    try {
      if (await registry.tagsUntagged()) return false;
      const startedAt = this.#ports.now();
      const found = await registry.head(path, digest);
      this.#fastestAnswer = Math.min(this.#fastestAnswer, this.#ports.now() - startedAt);
      return found === undefined;
    } catch (error) {
      if (error instanceof SyncFailure) return false;
      throw error;
    }
  }

  /** Copies that start together arrive one after the other, each when its shared layers are mounted. */
  #collect(): void {
    const start = (): void => this.#startBatches();
    if (this.#waiting.length >= this.#shape().images) start();
    else void this.#ports.pause(collectMilliseconds).then(start, start);
  }

  #shape(): BatchShape {
    return shapeBatches(this.#options.parallel, this.#fastestAnswer);
  }

  #startBatches(): void {
    const { processes, images } = this.#shape();
    while (this.#running < processes && this.#waiting.length > 0) {
      const batch = takeBatch(this.#waiting, images);
      for (const entry of batch) this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      this.#running += 1;
      void this.#run(batch);
    }
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    const isAlone = batch.length === 1 && first !== undefined;
    if (isAlone) await this.#ports.copier.copy(first.job, first.tag).then(first.resolve, first.reject);
    else await copyContents(batch, this.#ports);
    this.#running -= 1;
    this.#startBatches();
    if (!isAlone) for (const entry of batch) setTag(entry, this.#ports).then(entry.resolve, entry.reject);
  }
}

/** An image of the batch that fails does not fail the others, and an error that matters comes again from its own copy. */
async function copyContents(batch: readonly Waiting[], { copier, log }: SyncPorts): Promise<void> {
  try {
    await copier.copyContents(batch.map(({ job }) => job));
  } catch (error) {
    log.debug(`${messageOf(error)}; images that are not there are copied each by itself`);
  }
}

/** Sets the tag where the program has put the manifest, which it does when all blobs are there; else copies the image. */
async function setTag({ job, tag, manifest }: Waiting, ports: SyncPorts): Promise<void> {
  const { host, path } = job.destination;
  const registry = ports.destination(host);
  try {
    const found = await registry.head(path, job.digest);
    if (found?.digest === job.digest) {
      await registry.tag(path, tag, manifest);
      return;
    }
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    ports.log.debug(`${destinationName(job, tag)}: ${error.message}; copying it by itself`);
  }
  await ports.copier.copy(job, tag);
}
