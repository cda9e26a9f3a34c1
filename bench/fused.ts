import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkoutCacheFolder } from '../testbed/clusters/places.ts';
import { prepareAccounts, type MoveNames } from '../testbed/demo/accounts.ts';
import { arbitraryUser } from '../testbed/demo/demo.ts';
import { installTasks, loadTaskImage } from '../testbed/demo/install.ts';
import { localKubectl, type Kubectl } from '../testbed/demo/kubectl.ts';
import { runOneTask } from '../testbed/demo/run-one-task.ts';
import { startRun } from '../testbed/demo/start-run.ts';
import { watchRun } from '../testbed/demo/watch-run.ts';
import { deployShop } from '../testbed/shop/deploy.ts';

/** Seconds from the request of a run to its end, of each turn. */
export interface FusedFigures {
  readonly pipeline: readonly number[];
  readonly fused: readonly number[];
  /** Median of the Pipeline over that of the one pod. */
  readonly ratio: number;
}

const runs = 'bench-fused';
const deadlineSeconds = 900;

/**
 * Moves the sample application between the local clusters, in turns as a PipelineRun of single tasks and as one pod, each
 * time into a namespace that is new; both without the verification at the end. One move of each before
 * counts for nothing: it fills the caches of the nodes.
 */
export async function benchFused(turns: number): Promise<FusedFigures> {
  const destination = localKubectl('destination');
  const stamp = Date.now().toString(36);
  const made: string[] = [];
  try {
    await deployShop();
    await prepare(destination, `${runs}-${stamp}`);
    made.push(`${runs}-${stamp}`);
    await installTasks(destination, runs, await loadTaskImage());
    const pipeline: number[] = [];
    const fused: number[] = [];
    for (let turn = 0; turn <= turns; turn += 1) {
      for (const [figures, move] of [[pipeline, movePipeline] as const, [fused, moveFused] as const]) {
        // The sample's frontend has a fixed node port: the one before must be gone before it comes again.
        await destination.run(['delete', 'namespace', 'shop', ...made.splice(0), '--ignore-not-found']);
        const moved = `${runs}-${stamp}-${move === moveFused ? 'pod' : 'pipeline'}-${String(turn)}`;
        made.push(moved);
        await prepare(destination, moved);
        const seconds = await move(destination, moved);
        if (turn > 0) figures.push(seconds);
      }
    }
    return { pipeline, fused, ratio: middle(pipeline) / middle(fused) };
  } finally {
    await destination.run(['delete', 'namespace', runs, ...made, '--wait=false', '--ignore-not-found']);
    await localKubectl('source').run(['delete', 'namespace', runs, '--wait=false', '--ignore-not-found']);
  }
}

/** The table of the figures in Markdown. */
export function formatFused({ pipeline, fused, ratio }: FusedFigures): string {
  const row = (name: string, figures: readonly number[], against: string): string =>
    `| ${name} | ${middle(figures).toFixed(1)} s | ${against} |`;
  return [
    '| move of the sample application | median | against the one pod |',
    '| --- | --- | --- |',
    row('`crane-migrate`, one pod', fused, '1.0x'),
    row('Pipeline `crane-app-migration`', pipeline, `${ratio.toFixed(1)}x`),
  ].join('\n');
}

async function prepare(destination: Kubectl, movedTo: string): Promise<void> {
  const registryCertificates = readFileSync(join(checkoutCacheFolder, 'ca.crt'), 'utf8');
  const source = localKubectl('source');
  const names: MoveNames = { runs, application: 'shop', movedTo };
  await prepareAccounts({ podSecurity: 'restricted', source, destination, names, registryCertificates });
}

async function movePipeline(destination: Kubectl, moved: string): Promise<number> {
  const startedAt = Date.now();
  const name = await startRun(destination, {
    sample: 'samples/app-migration/pipelinerun.yaml',
    namespace: runs,
    user: arbitraryUser,
    params: { 'destination-namespace': moved, verify: 'false' },
  });
  const run = await watchRun(destination, { namespace: runs, name, deadlineSeconds });
  if (!run.succeeded) throw new Error(`PipelineRun ${name}: ${run.message}\n${run.logs.get('summary') ?? ''}`);
  return (Date.now() - startedAt) / 1000;
}

async function moveFused(destination: Kubectl, moved: string): Promise<number> {
  const run = await runOneTask(destination, {
    ...{ task: 'crane-migrate', namespace: runs, user: arbitraryUser, deadlineSeconds },
    params: { 'destination-namespace': moved, verify: 'false' },
  });
  if (!run.succeeded) throw new Error(`TaskRun of crane-migrate: ${run.log}`);
  return run.seconds;
}

function middle(figures: readonly number[]): number {
  const found = figures.toSorted((a, b) => a - b).at(Math.floor(figures.length / 2));
  if (found === undefined) throw new Error('fewer measurements than turns');
  return found;
}
