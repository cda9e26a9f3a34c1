import { Worker } from 'node:worker_threads';

import { asErrorCode, TaskError } from '../../domain/core/errors.ts';
import type { FileStep } from './tree-steps.ts';
import type { TreePlace } from './tree-writer.ts';

/** The folder that a thread writes below, as texts. */
export interface ThreadPlace {
  readonly folder: string;
  readonly path: string;
  readonly isShared: boolean;
}

/** A batch on its way to a thread. Objects would take longer than their JSON text. */
export interface ThreadBatch {
  readonly steps: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The memory of a batch that is done comes back, for one of the next batches. */
export type ThreadAnswer =
  | { readonly kind: 'done'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly code?: string; readonly message: string; readonly remedy?: string };

export interface FileBatch {
  readonly steps: readonly FileStep[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A thread that writes files below a folder. */
export interface TreeThread {
  readonly send: (batch: FileBatch) => void;
  /** Memory of a batch that is written, with its old bytes; undefined when all of it is in use. */
  readonly reuse: () => Uint8Array<ArrayBuffer> | undefined;
  /** Waits until at most so many batches are not written. @throws TaskError of a batch before */
  readonly settle: (most: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function startTreeThread({ base, isShared }: TreePlace): TreeThread {
  const workerData: ThreadPlace = { folder: base.root.path, path: base.path, isShared };
  const worker = new Worker(threadFile(), { workerData, name: 'write files' });
  const unused: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  worker.on('message', (answer: ThreadAnswer) => {
    waiting -= 1;
    if (answer.kind === 'failed') failure ??= errorOf(answer);
    else unused.push(answer.bytes);
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
    reuse: () => unused.pop(),
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
