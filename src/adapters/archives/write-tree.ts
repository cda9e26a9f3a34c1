import { Worker } from 'node:worker_threads';

import { asErrorCode, TaskError } from '../../domain/core/errors.ts';
import type { Place } from '../files/place.ts';
import { createStepRunner, type StepBatch, type TreeStep } from './tree-steps.ts';
import { createTreeWriter } from './tree-writer.ts';

/** The folder that a thread writes below, as texts. */
export interface ThreadPlace {
  readonly folder: string;
  readonly path: string;
}

/** A batch on its way to a thread. Objects would take longer than their JSON text. */
export interface ThreadBatch {
  readonly steps: string;
  readonly bytes: Uint8Array;
}

export type ThreadAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code?: string; readonly message: string; readonly remedy?: string };

/** Writes a tree beside the work that finds out what is in it. */
export interface TreeWriting {
  readonly step: (step: TreeStep) => void;
  /** Bytes of the file that was opened last. They are copied. */
  readonly content: (bytes: Uint8Array, position: number) => void;
  /** Waits while much is not written yet. @throws TaskError of a step before */
  readonly settle: () => Promise<void>;
  /** Waits until all is written. @throws TaskError of a step before */
  readonly finish: () => Promise<void>;
  /** Drops what is not written. Never throws. */
  readonly stop: () => Promise<void>;
}

/** Limits of one batch, and of the batches that wait for the thread. */
const batchBytes = 1024 * 1024;
const batchSteps = 1500;
const mostWaiting = 4;

/**
 * Writes a tree below a folder in a thread of its own: half of the time of 20,000 small files is in the file system. What
 * fits into one batch is written without a thread, which takes longer to start.
 */
export function writeTree(place: Place): TreeWriting {
  let batch = newBatch();
  let thread: Thread | undefined;
  const flush = (): void => {
    thread ??= startThread(place);
    thread.send({ steps: batch.steps, bytes: batch.bytes });
    batch = newBatch();
  };
  const step = (next: TreeStep): void => {
    batch.steps.push(next);
    if (batch.steps.length >= batchSteps) flush();
  };
  return {
    step,
    content: (bytes, position) => {
      for (let done = 0; done < bytes.length; ) {
        const part = bytes.subarray(done, done + batchBytes - batch.used);
        batch.bytes.set(part, batch.used);
        batch.used += part.length;
        batch.steps.push({ kind: 'bytes', position: position + done, length: part.length });
        done += part.length;
        if (batch.used === batchBytes) flush();
      }
    },
    settle: async () => thread?.settle(mostWaiting),
    finish: async () => {
      if (thread === undefined) {
        runHere(place, batch);
        return;
      }
      flush();
      await thread.settle(0);
      await thread.stop();
    },
    stop: async () => thread?.stop(),
  };
}

function newBatch(): { steps: TreeStep[]; bytes: Uint8Array<ArrayBuffer>; used: number } {
  return { steps: [], bytes: new Uint8Array(batchBytes), used: 0 };
}

function runHere(place: Place, batch: StepBatch): void {
  const writer = createTreeWriter(place);
  try {
    createStepRunner(writer)(batch);
  } finally {
    writer.close();
  }
}

interface Thread {
  readonly send: (batch: { readonly steps: readonly TreeStep[]; readonly bytes: Uint8Array<ArrayBuffer> }) => void;
  /** Waits until at most so many batches are not written. */
  readonly settle: (most: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

function startThread({ root, path }: Place): Thread {
  const workerData: ThreadPlace = { folder: root.path, path };
  const worker = new Worker(threadFile(), { workerData, name: 'write tree' });
  let waiting = 0;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  worker.on('message', (answer: ThreadAnswer) => {
    waiting -= 1;
    if (answer.kind === 'failed') failure ??= errorOf(answer);
    wake();
  });
  worker.on('error', (error: Error) => {
    failure ??= error;
    wake();
  });
  return {
    send: ({ steps, bytes }) => {
      waiting += 1;
      const message: ThreadBatch = { steps: JSON.stringify(steps), bytes };
      worker.postMessage(message, [bytes.buffer]);
    },
    settle: async (most) => {
      while (waiting > most && failure === undefined) await new Promise<void>((resolve) => (wake = resolve));
      if (failure !== undefined) throw failure;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** The programs are bundled into one folder, with the thread as a file of its own; see scripts/bundle.ts. */
function threadFile(): URL {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.mjs';
  return new URL(`./tree-thread${ending}`, import.meta.url);
}

function errorOf({ code = '', message, remedy = '' }: ThreadAnswer & { readonly kind: 'failed' }): Error {
  const known = asErrorCode(code);
  return known === undefined ? new Error(message) : new TaskError(known, message, { remedy });
}
