import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { connectCluster, connectClusterStream } from '../../src/adapters/kube/connect.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { followRun } from '../../src/usecases/runs/follow-run.ts';
import type { Kubectl } from './kubectl.ts';

export interface FinishedRun {
  readonly name: string;
  readonly succeeded: boolean;
  /** `reason: message` of the run's Succeeded condition. */
  readonly message: string;
  /** Log of each task by the name it has in the Pipeline. */
  readonly logs: ReadonlyMap<string, string>;
}

export interface WatchInput {
  readonly namespace: string;
  readonly name: string;
  readonly deadlineSeconds: number;
  /** Receives each new line as it comes: what a task did. */
  readonly print?: (line: string) => void;
}

const quiet = () => undefined;

/** Follows a PipelineRun to its end, task by task. */
export async function watchRun(kubectl: Kubectl, input: WatchInput): Promise<FinishedRun> {
  const { name, namespace, deadlineSeconds: timeoutSeconds, print = quiet } = input;
  const log = { redactor: new Redactor(), debug: quiet, info: quiet, warn: quiet, progress: quiet, item: quiet };
  const options = {
    kubeconfig: path.resolve(kubectl.kubeconfig),
    context: kubectl.context,
    environment: process.env,
    log,
  };
  const cluster = await connectCluster(options);
  const stream = await connectClusterStream(options);
  const logs = new Map<string, string>();
  try {
    const end = await followRun(
      { namespace, name, timeoutSeconds },
      {
        cluster,
        stream,
        now: Date.now,
        random: Math.random,
        sleep: (milliseconds) => sleep(milliseconds),
        onState: ({ task, reason, message, hasEnded, hasSucceeded }) =>
          print(`${task.padEnd(32)} ${hasEnded && !hasSucceeded ? `${reason}: ${message}` : reason}`),
        onWaiting: (task, message) => print(`${task.padEnd(32)} waiting: ${message}`),
        onLine: (task, line) => {
          logs.set(task, `${logs.get(task) ?? ''}${line}\n`);
          if (line !== '') print(`  ${task} | ${line}`);
        },
      },
    );
    return { name, succeeded: end.hasSucceeded, message: `${end.reason}: ${end.message}`, logs };
  } finally {
    await Promise.all([cluster.close(), stream.close()]);
  }
}
