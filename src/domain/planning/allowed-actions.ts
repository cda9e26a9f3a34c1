import type { RunAction } from './run-action.ts';
import type { MigrationState } from './state.ts';

export const actionNames = [
  'stage',
  'cutover',
  'images',
  'app',
  'validate',
  'verify',
  'retry',
  'cancel',
  'take-back',
  'restart-source',
  'accept',
  'renew',
  'change',
  'delete',
] as const;

export type ActionName = (typeof actionNames)[number];

/** Why an action is not allowed, in a sentence. */
export const actionReasons = {
  'not-planned': 'The plan of the migration does not have this action.',
  'is-running': 'A run or a task of the migration has not ended.',
  'not-running': 'No run of the migration is running.',
  'is-stopping': 'The run is being cancelled already.',
  'never-run': 'No run of the migration was started.',
  'nothing-failed': 'The last run did not fail.',
  'has-succeeded': 'The application was moved. Take it back before it is moved again.',
  'take-back-first':
    'The destination runs what the last cutover applied. Take it back first: a new cutover would overwrite the data of its pods.',
  'nothing-applied': 'The destination has no objects of the migration.',
  'source-runs': 'The workloads at the source were not stopped, or run again.',
  'destination-runs': 'The application runs at the destination. Take it back before the source is restarted.',
  'is-accepted': 'The destination was accepted.',
  'no-cluster-tasks':
    'The cluster has no ClusterTasks, which the Pipelines of the group need. Carry it over into a new migration.',
  'run-deleted': 'The run that the console made was deleted. Carry the group over into a new migration.',
} as const;

export type ActionReason = keyof typeof actionReasons;

export interface AllowedAction {
  readonly action: ActionName;
  readonly allowed: boolean;
  /** Undefined when it is allowed. */
  readonly reason: ActionReason | undefined;
}

/** Whether a user may do each action now, and why not. The page, the API and the command line ask this function. */
export function allowedActions(state: MigrationState): readonly AllowedAction[] {
  return actionNames.map((action) => {
    const reason = refusals[action](state);
    return { action, allowed: reason === undefined, reason };
  });
}

type Refusal = (state: MigrationState) => ActionReason | undefined;

const refusals: Readonly<Record<ActionName, Refusal>> = {
  stage: (state) => refuseMove(state, 'stage') ?? refuseOverwrite(state),
  cutover: (state) => refuseMove(state, 'cutover') ?? refuseOverwrite(state),
  images: (state) => refuseMove(state, 'images'),
  app: (state) => refuseMove(state, 'app') ?? (hasMoved(state) ? 'has-succeeded' : undefined),
  // They change nothing.
  validate: () => undefined,
  verify: (state) => refuseWhileRunning(state) ?? refuseWithoutObjects(state),
  retry: refuseRetry,
  cancel: refuseCancel,
  'take-back': (state) => refuseWhileRunning(state) ?? refuseWhenAccepted(state) ?? refuseWithoutObjects(state),
  'restart-source': refuseRestart,
  accept: (state) => refuseWhileRunning(state) ?? refuseWhenAccepted(state) ?? refuseWithoutObjects(state),
  // Programs read the login when they need it: a renewal reaches tasks that run.
  renew: () => undefined,
  change: (state) => refuseWhileRunning(state) ?? refuseWhenAccepted(state),
  delete: refuseWhileRunning,
};

function refuseMove(state: MigrationState, action: RunAction): ActionReason | undefined {
  const isPlanned = state.planned === undefined || state.planned.includes(action);
  return refuseWhileRunning(state) ?? refuseWhenAccepted(state) ?? (isPlanned ? undefined : 'not-planned');
}

function refuseWhileRunning({ running }: MigrationState): ActionReason | undefined {
  return running === undefined ? undefined : 'is-running';
}

function refuseWhenAccepted({ isAccepted }: MigrationState): ActionReason | undefined {
  return isAccepted ? 'is-accepted' : undefined;
}

function refuseWithoutObjects({ hasApplied }: MigrationState): ActionReason | undefined {
  return hasApplied ? undefined : 'nothing-applied';
}

/** Pods at the destination may use the claims that a copy would write to. */
function refuseOverwrite(state: MigrationState): ActionReason | undefined {
  if (hasMoved(state)) return 'has-succeeded';
  return state.hasApplied ? 'take-back-first' : undefined;
}

function hasMoved({ run, hasApplied }: MigrationState): boolean {
  const isMove = run?.kind === 'cutover' || run?.kind === 'app';
  return isMove && run.result === 'succeeded' && hasApplied;
}

function refuseRetry(state: MigrationState): ActionReason | undefined {
  const refusal = refuseWhileRunning(state) ?? refuseWhenAccepted(state);
  if (refusal !== undefined) return refusal;
  if (state.run === undefined) return 'never-run';
  if (state.failure === undefined) return 'nothing-failed';
  const { action, hasApplied } = state.failure;
  const isOverwrite = action === 'cutover' ? hasApplied : action === 'stage' && state.hasApplied;
  return isOverwrite ? 'take-back-first' : undefined;
}

/** A TaskRun is not cancelled: a rollback that is cut short must be started again anyway. */
function refuseCancel({ running }: MigrationState): ActionReason | undefined {
  if (running === undefined || running.kind === 'take-back' || running.kind === 'restart-source') return 'not-running';
  return running.isStopping ? 'is-stopping' : undefined;
}

function refuseRestart(state: MigrationState): ActionReason | undefined {
  const refusal = refuseWhileRunning(state);
  if (refusal !== undefined) return refusal;
  if (state.source === 'running') return 'source-runs';
  return hasMoved(state) || state.isAccepted ? 'destination-runs' : undefined;
}
