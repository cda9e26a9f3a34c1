import type { Outcome } from '../../domain/reports/outcome.ts';
import type { Log } from '../../domain/core/ports.ts';
import { failedRuns, itemsOfRuns, resultsOfRuns, throwFirstError } from './join-runs.ts';
import { runStages, type StagePorts, type StageRun, type Stage } from './run-stages.ts';

export interface MigratePorts extends StagePorts {
  /** Prints the table of all reports. */
  readonly summarize: (status: string) => Promise<void>;
  readonly log: Log;
}

/** What is moved, for messages. */
export type Move = Readonly<Record<'source' | 'destination', { readonly context: string; readonly namespace: string }>>;

export type MigrateResult = 'images-copied' | 'images-present' | 'resources-applied';

/**
 * Moves an application in one run: the tasks of the Pipeline crane-app-migration with the same params, folders, proofs
 * and reports, those that do not need each other at a time.
 * @throws TaskError the one of a task that failed before anything was written to the destination
 */
export async function migrateApplication(
  stages: readonly Stage[],
  move: Move,
  ports: MigratePorts,
): Promise<Outcome<MigrateResult, 'migrate'>> {
  const runs = await runStages(stages, ports);
  await ports.summarize(failedRuns(runs).length === 0 ? 'Succeeded' : 'Failed');
  if (!runs.some(({ stage, end }) => stage.writes && end !== undefined)) throwFirstError(runs);
  return toOutcome(runs, move);
}

function toOutcome(runs: readonly StageRun[], { source, destination }: Move): Outcome<MigrateResult, 'migrate'> {
  const resultOf = resultsOfRuns(runs);
  const names = failedRuns(runs).map(({ stage, end }) => `${stage.name} (${end?.status ?? ''})`);
  const move = `namespace ${source.namespace} of ${source.context} to ${destination.namespace} of ${destination.context}`;
  const applied = resultOf('apply-to-cluster', 'applied-count');
  const images = resultOf('image-sync', 'image-count');
  return {
    items: itemsOfRuns(runs),
    results: {
      'images-copied': resultOf('image-sync', 'copied-count'),
      'images-present': resultOf('image-sync', 'present-count'),
      'resources-applied': applied,
    },
    summary:
      names.length === 0
        ? `moved ${move}: ${images} image tags, ${applied} resources`
        : `moving ${move}: not succeeded: ${names.join(', ')}`,
    remedy: 'See the lines of these tasks above, fix the causes and run again: finished work is kept.',
  };
}
