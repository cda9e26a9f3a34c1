import type { ActionName } from '../../../../src/domain/planning/allowed-actions.ts';
import type { RecoveryStep } from '../../../../src/domain/planning/recovery.ts';
import type { Phase } from '../../../../src/domain/planning/state.ts';
import type { ActionState, MigrationAnswer, OwnMigration } from '../../../../src/wizard/api/migrations.ts';

/** What users do next, in order, by where the migration is. */
const nextOf: Partial<Readonly<Record<Phase, readonly ActionName[]>>> = {
  'never-run': ['stage', 'app', 'images'],
  staged: ['cutover', 'stage'],
  succeeded: ['accept', 'verify'],
  'taken-back': ['cutover', 'app', 'stage'],
};

/** Steps of the recovery that are actions; the others are for people. */
const actionOfStep: Partial<Readonly<Record<RecoveryStep, ActionName>>> = {
  retry: 'retry',
  'take-back': 'take-back',
  'restart-source': 'restart-source',
  verify: 'verify',
  accept: 'accept',
};

type WithState = Pick<OwnMigration, 'state' | 'actions'>;

/** The actions of the steps after a failure, in their order, and those that can be taken instead. */
export function recoveryActions({ state }: WithState): readonly ActionName[] {
  const { steps = [], instead = [] } = state.failure?.recovery ?? {};
  return [...steps, ...instead].flatMap((step) => actionOfStep[step] ?? []);
}

/** The action of the primary button; undefined: nothing is to be done, or a run is running. */
export function nextAction(migration: WithState): ActionState | undefined {
  const { state, actions } = migration;
  const wanted = state.failure === undefined ? (nextOf[state.phase] ?? []) : recoveryActions(migration);
  return wanted.flatMap((action) => stateOf(action, actions) ?? []).find(({ isAllowed }) => isAllowed);
}

export function stateOf(action: ActionName, actions: readonly ActionState[]): ActionState | undefined {
  return actions.find((each) => each.action === action);
}

export function isOwn(migration: MigrationAnswer): migration is OwnMigration {
  return migration.phase !== undefined && migration.state !== undefined && migration.logins !== undefined;
}
