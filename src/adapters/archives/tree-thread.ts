import { parentPort, workerData } from 'node:worker_threads';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { rootAt } from '../files/place.ts';
import { createStepRunner, type StepBatch } from './tree-steps.ts';
import { createTreeWriter } from './tree-writer.ts';
import type { ThreadAnswer, ThreadBatch, ThreadPlace } from './start-tree-thread.ts';

/** The thread that writes trees: it runs each batch and answers. After an error, it ends. */
const { folder, path, isShared } = workerData as ThreadPlace;
const writer = createTreeWriter({ base: { root: rootAt(folder, 'refused'), path }, isShared });
const run = createStepRunner(writer);

parentPort?.on('message', ({ steps, bytes }: ThreadBatch) => {
  try {
    run({ steps: JSON.parse(steps) as StepBatch['steps'], bytes });
    answer({ kind: 'done' });
  } catch (error) {
    answer({ kind: 'failed', ...describe(error) });
  }
});

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}

/** A thread's messages are copied without the classes of errors. */
function describe(error: unknown): Omit<ThreadAnswer & { readonly kind: 'failed' }, 'kind'> {
  if (!(error instanceof TaskError)) return { message: messageOf(error) };
  const { code, message, remedy } = error;
  return { code, message, remedy };
}
