import { createStepRunner, type FileStep } from './tree-steps.ts';
import { startTreeThread, type TreeThread } from './start-tree-thread.ts';
import { createTreeWriter, type NewFile, type StagedFile, type TreePlace } from './tree-writer.ts';

/** Writes a tree beside the work that finds out what is in it. Paths are relative to its folder. */
export interface TreeWriting {
  readonly folder: (path: string, mode: number) => void;
  /** One file at a time is open. The bytes that it gets are copied. */
  readonly file: (path: string, options: NewFile) => StagedFile;
  /** Waits while much is not written yet. @throws TaskError for a file before */
  readonly settle: () => Promise<void>;
  /** Waits until all files are written, then creates links. @throws TaskError for a file before */
  readonly finish: (links: TreeLinks) => Promise<void>;
  /** Drops what is not written. Never throws. */
  readonly stop: () => Promise<void>;
}

export interface TreeLinks {
  readonly symbolic: readonly TreeLink[];
  /** Other names of files of the tree. */
  readonly hard: readonly TreeLink[];
}

export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

interface Batch {
  readonly steps: FileStep[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  used: number;
}

/** Limits of one batch, and of the batches that wait for the thread. */
const batchBytes = 512 * 1024;
const batchSteps = 600;
const mostWaiting = 16;

/**
 * Writes files in a second thread: half of the time of 20,000 small files is in the file system. What fits into one batch
 * is written without it, because the thread takes longer to start.
 */
export function writeTree(place: TreePlace): TreeWriting {
  const writer = createTreeWriter(place);
  let thread: TreeThread | undefined;
  let batch = newBatch();
  const flush = (): void => {
    thread ??= startTreeThread(place);
    thread.send(batch);
    batch = newBatch(thread.reuse());
  };
  const step = (next: FileStep): void => {
    batch.steps.push(next);
    if (batch.used === batchBytes || batch.steps.length >= batchSteps) flush();
  };
  const write = (bytes: Uint8Array, position: number): void => {
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + batchBytes - batch.used);
      batch.bytes.set(part, batch.used);
      batch.used += part.length;
      step({ kind: 'bytes', position: position + done, length: part.length });
      done += part.length;
    }
  };
  return {
    folder: writer.folder,
    file: (path, { mode, modified }) => {
      step({ kind: 'file', path, mode, modified });
      return { write, close: (size) => step({ kind: 'close', size }) };
    },
    settle: async () => thread?.settle(mostWaiting),
    finish: async ({ symbolic, hard }) => {
      if (thread === undefined) createStepRunner(writer)(batch);
      else {
        flush();
        await thread.settle(0);
        await thread.stop();
      }
      for (const { path, target } of hard) writer.link(path, target);
      for (const { path, target } of symbolic) writer.symlink(path, target);
      writer.close();
    },
    stop: async () => {
      writer.close();
      await thread?.stop();
    },
  };
}

function newBatch(bytes: Uint8Array<ArrayBuffer> = new Uint8Array(batchBytes)): Batch {
  return { steps: [], bytes, used: 0 };
}
