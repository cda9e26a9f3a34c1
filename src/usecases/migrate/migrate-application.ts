import { asErrorCode, TaskError } from '../../domain/core/errors.ts';
import type { Item, Outcome } from '../../domain/reports/outcome.ts';
import { ownValue } from '../../domain/core/json-object.ts';
import type { Log } from '../../domain/core/ports.ts';
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
  const failed = runs.filter(({ end }) => end !== undefined && end.exitCode !== 0);
  await ports.summarize(failed.length === 0 ? 'Succeeded' : 'Failed');
  if (!runs.some(({ stage, end }) => stage.writes && end !== undefined)) throwFirst(failed);
  return toOutcome(runs, failed, move);
}

function throwFirst(failed: readonly StageRun[]): void {
  for (const { stage, end } of failed) {
    const code = asErrorCode(end?.status ?? '');
    if (end === undefined || code === undefined) continue;
    throw new TaskError(code, `${stage.name}: ${end.message}`, { remedy: end.remedy });
  }
}

function toOutcome(
  runs: readonly StageRun[],
  failed: readonly StageRun[],
  { source, destination }: Move,
): Outcome<MigrateResult, 'migrate'> {
  const resultOf = (name: string, result: string): string =>
    ownValue(runs.find(({ stage }) => stage.name === name)?.end?.results ?? {}, result) ?? '';
  const names = failed.map(({ stage, end }) => `${stage.name} (${end?.status ?? ''})`);
  const move = `namespace ${source.namespace} of ${source.context} to ${destination.namespace} of ${destination.context}`;
  const applied = resultOf('apply-to-cluster', 'applied-count');
  const images = resultOf('image-sync', 'image-count');
  return {
    items: runs.map(toItem),
    results: {
      'images-copied': resultOf('image-sync', 'copied-count'),
      'images-present': resultOf('image-sync', 'present-count'),
      'resources-applied': applied,
    },
    summary:
      failed.length === 0
        ? `moved ${move}: ${images} image tags, ${applied} resources`
        : `moving ${move}: not succeeded: ${names.join(', ')}`,
    remedy: 'See the lines of these tasks above, fix the causes and run again: finished work is kept.',
  };
}

function toItem({ stage: { name, task }, end, seconds }: StageRun): Item<'migrate'> {
  const id = `${name} (${task})`;
  if (end === undefined)
    return { id, outcome: 'failed', reason: 'not-run', message: 'a task before it did not succeed' };
  const digest = end.results['report-digest'] ?? '';
  const evidence = { seconds, ...(digest === '' ? {} : { 'report-digest': digest }) };
  const outcome = end.exitCode === 0 ? 'done' : 'failed';
  return { id, outcome, reason: end.status, message: end.message, evidence };
}
