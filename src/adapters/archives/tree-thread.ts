import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { rootAt } from '../files/place.ts';
import { createStepRunner, type StepBatch } from './tree-steps.ts';
import { createTreeWriter } from './tree-writer.ts';
import type { ThreadAnswer, ThreadBatch, ThreadPlace } from './start-tree-thread.ts';

/** The thread that writes files of trees: it runs each batch and answers. After an error, it ends. */
function serve(port: MessagePort, { folder, path, isShared }: ThreadPlace): void {
  const run = createStepRunner(createTreeWriter({ base: { root: rootAt(folder, 'refused'), path }, isShared }));
  const answer = (message: ThreadAnswer): void =>
    port.postMessage(message, message.kind === 'done' ? [message.bytes.buffer] : []);
  let hasFailed = false;
  port.on('message', ({ steps, bytes }: ThreadBatch) => {
    // Batches that wait belong to a tree that is not wanted any more.
    if (hasFailed) return;
    try {
      run({ steps: JSON.parse(steps) as StepBatch['steps'], bytes });
      answer({ kind: 'done', bytes });
    } catch (error) {
      hasFailed = true;
      answer({ kind: 'failed', ...describe(error) });
      port.close();
    }
  });
}

/** A thread's messages are copied without the classes of errors. */
function describe(error: unknown): Omit<ThreadAnswer & { readonly kind: 'failed' }, 'kind'> {
  if (!(error instanceof TaskError)) return { message: messageOf(error) };
  const { code, message, remedy } = error;
  return { code, message, remedy };
}

if (parentPort !== null) serve(parentPort, workerData as ThreadPlace);
