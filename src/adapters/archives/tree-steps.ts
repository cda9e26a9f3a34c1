import type { NewFile, StagedFile, TreeWriter } from './tree-writer.ts';

/** What is done to files. `bytes` takes the next bytes of the batch for the file that was opened last. */
export type FileStep =
  | ({ readonly kind: 'file'; readonly path: string } & NewFile)
  | { readonly kind: 'bytes'; readonly position: number; readonly length: number }
  | { readonly kind: 'close'; readonly size: number };

/** Steps in their order, and the contents of files one after the other. */
export interface StepBatch {
  readonly steps: readonly FileStep[];
  readonly bytes: Uint8Array;
}

/** Runs batches in their order: a file can continue in the next batch. Throws TaskError. */
export function createStepRunner(writer: TreeWriter): (batch: StepBatch) => void {
  let file: StagedFile | undefined;
  return ({ steps, bytes }) => {
    let used = 0;
    for (const step of steps) {
      // A file that fails is closed: nothing may be written to its descriptor, which another file can have then.
      const open = file;
      file = undefined;
      switch (step.kind) {
        case 'file':
          file = writer.file(step.path, step);
          break;
        case 'bytes':
          open?.write(bytes.subarray(used, used + step.length), step.position);
          used += step.length;
          file = open;
          break;
        case 'close':
          open?.close(step.size);
          break;
      }
    }
  };
}
