import { stringAt } from '../../../domain/core/json-object.ts';
import type { StoredMigration } from '../../../domain/planning/stored-migration.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import type { ActionState, MigrationAnswer, MigrationSummary, RunSummary } from '../../api/migrations.ts';
import { summarizeRun } from './run-view.ts';

/** A migration in a list. */
export function summarizeMigration({ migration, runs }: MigrationWithRuns): MigrationSummary {
  const summaries = runs.map(summarizeRun);
  const [lastRun] = summaries;
  return {
    name: migration.name,
    origin: 'crane-tasks',
    createdAt: migration.createdAt,
    sourceNamespace: paramOf(migration, 'source-namespace'),
    destinationNamespace: paramOf(migration, 'destination-namespace'),
    images: migration.images,
    claims: migration.claims,
    ...(lastRun === undefined ? {} : { lastRun }),
    actions: allowedActions(migration, summaries),
  };
}

export function viewMigration(found: MigrationWithRuns): MigrationAnswer {
  const { migration, runs } = found;
  return {
    ...summarizeMigration(found),
    answers: migration.answersText,
    plan: migration.planText,
    runs: runs.map(summarizeRun),
    secrets: {
      source: paramOf(migration, 'source-cluster-secret'),
      destination: paramOf(migration, 'destination-cluster-secret'),
    },
  };
}

/** What can be done with a migration, and why not. */
export function allowedActions(
  { runs: planned }: StoredMigration,
  runs: readonly RunSummary[],
): readonly ActionState[] {
  const active = runs.find(({ phase }) => phase === 'pending' || phase === 'running');
  const isBusy = active === undefined ? '' : `run ${active.name} has not ended`;
  const moved = runs.find(({ action, phase }) => phase === 'succeeded' && (action === 'cutover' || action === 'app'));
  const isMoved = moved === undefined ? '' : `run ${moved.name} has moved the application`;
  const state = (action: string, reason: string): ActionState => ({ action, isAllowed: reason === '', reason });
  return [
    ...planned.map(({ action }) => state(action, isBusy || (action === 'images' ? '' : isMoved))),
    state('cancel', active === undefined ? 'no run is active' : active.isCancelling ? 'it is cancelled already' : ''),
    state('delete', isBusy),
  ];
}

function paramOf({ runs }: StoredMigration, name: string): string {
  return runs.map(({ params }) => stringAt(params, name)).find((value) => value !== undefined) ?? '';
}
