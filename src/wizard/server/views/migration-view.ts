import { stringAt } from '../../../domain/core/json-object.ts';
import { allowedActions } from '../../../domain/planning/allowed-actions.ts';
import { stateOf } from '../../../domain/planning/state.ts';
import type { StoredMigration } from '../../../domain/planning/stored-migration.ts';
import type { MigrationWithRuns } from '../../../usecases/planning/list-migrations.ts';
import type { ActionState, MigrationAnswer, MigrationSummary } from '../../api/migrations.ts';
import { summarizeRun } from './run-view.ts';

/** A migration in a list. */
export function summarizeMigration(found: MigrationWithRuns): MigrationSummary {
  const { migration, runs } = found;
  const [lastRun] = runs.map(summarizeRun);
  return {
    name: migration.name,
    origin: 'crane-tasks',
    createdAt: migration.createdAt,
    sourceNamespace: paramOf(migration, 'source-namespace'),
    destinationNamespace: paramOf(migration, 'destination-namespace'),
    images: migration.images,
    claims: migration.claims,
    ...(lastRun === undefined ? {} : { lastRun }),
    actions: actionsOf(found),
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
function actionsOf({ configMap, runs, taskRuns }: MigrationWithRuns): readonly ActionState[] {
  const state = stateOf({ configMap, runs, taskRuns, reports: [] });
  return allowedActions(state).map(({ action, allowed, reason }) => ({
    action,
    isAllowed: allowed,
    ...(reason === undefined ? {} : { reason }),
  }));
}

function paramOf({ runs }: StoredMigration, name: string): string {
  return runs.map(({ params }) => stringAt(params, name)).find((value) => value !== undefined) ?? '';
}
