import { asErrorCode, TaskError } from '../../domain/core/errors.ts';
import { ownValue } from '../../domain/core/json-object.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ResultOf, StageRun } from './run-stages.ts';

/** One item for each stage, with the digest of its report. */
export function itemsOfRuns(runs: readonly StageRun[]): readonly Item<'migrate'>[] {
  return runs.map(toItem);
}

/** Reads the results of stages by their names; empty when a stage has none of that name. */
export function resultsOfRuns(runs: readonly StageRun[]): ResultOf {
  return (name, result) => ownValue(runs.find(({ stage }) => stage.name === name)?.end?.results ?? {}, result) ?? '';
}

export function failedRuns(runs: readonly StageRun[]): readonly StageRun[] {
  return runs.filter(({ end }) => end !== undefined && end.exitCode !== 0);
}

/** @throws TaskError the one of the first stage that failed */
export function throwFirstError(runs: readonly StageRun[]): void {
  for (const { stage, end } of failedRuns(runs)) {
    const code = asErrorCode(end?.status ?? '');
    if (end === undefined || code === undefined) continue;
    throw new TaskError(code, `${stage.name}: ${end.message}`, { remedy: end.remedy });
  }
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
