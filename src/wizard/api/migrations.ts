import type { ActionName, ActionReason } from '../../domain/planning/allowed-actions.ts';
import type { RunAction } from '../../domain/planning/run-action.ts';
import type { MigrationState, Phase } from '../../domain/planning/state.ts';
import type { MoveAnswers } from '../../domain/schemas/documents.ts';
import type { Side } from './clusters.ts';

/**
 * How a run is, in words that the page translates. `pending`: the controller has not seen it. Of a TaskRun of its own:
 * `incomplete` when some items failed, `changes-kept` when these are the changed objects that the user wanted to keep.
 */
export type RunPhase = 'pending' | 'running' | 'succeeded' | 'incomplete' | 'changes-kept' | 'failed' | 'cancelled';

/** What can be done with a migration now, and why not. */
export interface ActionState {
  readonly action: ActionName;
  readonly isAllowed: boolean;
  /** Absent when it is allowed. */
  readonly reason?: ActionReason;
}

/** GET /migrations. */
export interface MigrationsAnswer {
  /** Newest first. */
  readonly migrations: readonly MigrationSummary[];
}

export interface MigrationSummary {
  readonly name: string;
  /** `forerunner`: a group of Pipelines that the plugin of the OpenShift console made. */
  readonly origin: 'crane-tasks' | 'forerunner';
  /** RFC 3339. */
  readonly createdAt: string;
  /** Empty: unknown. */
  readonly sourceNamespace: string;
  readonly destinationNamespace: string;
  readonly images: number;
  readonly claims: number;
  /** Undefined: never started. */
  readonly lastRun?: RunSummary;
  /** Absent for groups of the forerunner. */
  readonly phase?: Phase;
  /** When the tokens of the runs expire, RFC 3339; absent where that is unknown. */
  readonly tokensExpireAt?: Partial<Readonly<Record<Side, string>>>;
  readonly actions: readonly ActionState[];
}

/** GET /migrations/{name}. */
export interface MigrationAnswer extends MigrationSummary {
  /** Data of the ConfigMap; empty for groups of the forerunner. */
  readonly answers: string;
  readonly plan: string;
  /** The answers, for new ones that begin with them; absent when they cannot be read, and for groups of the forerunner. */
  readonly given?: MoveAnswers;
  /** Of a group of the forerunner: the answers of a migration that continues it. */
  readonly carryOver?: MoveAnswers;
  /** Newest first. TaskRuns of its own, such as a take-back, are among them; the readers of reports are not. */
  readonly runs: readonly RunSummary[];
  /** Names of Secrets with the logins; no values. */
  readonly secrets: Readonly<Record<Side, string>>;
  /** Absent for groups of the forerunner. */
  readonly state?: MigrationState;
  /** Where and how the runs log in; absent for groups of the forerunner. */
  readonly logins?: Readonly<Record<Side, LoginView>>;
}

/** A migration that this wizard, or the command `plan`, made. */
export type OwnMigration = MigrationAnswer & Required<Pick<MigrationAnswer, 'phase' | 'state' | 'logins'>>;

/** GET /migrations/{name}: a login of the runs, without its values. */
export interface LoginView {
  readonly kind: 'account' | 'secret' | 'token';
  readonly secret: string;
  readonly namespace: string;
  /** Empty unless the answers name one. */
  readonly context: string;
  readonly server: string;
  /** RFC 3339; empty: unknown. */
  readonly expiresAt: string;
}

/** POST /migrations. Written only if the plan has no error. */
export interface CreateMigrationRequest {
  readonly inventory: string;
  readonly answers: MoveAnswers;
  /** The run to start at once. Absent: none. */
  readonly start?: RunAction;
  /** For sides whose answer is the credential kind `token`. */
  readonly tokens?: Partial<Readonly<Record<Side, string>>>;
}

/** POST /migrations. */
export interface CreateMigrationAnswer {
  readonly name: string;
  /** What was created, in order. */
  readonly created: readonly { readonly kind: string; readonly name: string }[];
  /** Empty: none was started. */
  readonly run: string;
  /** When the tokens of the runs expire, RFC 3339; absent where no token was requested. */
  readonly tokensExpireAt: Partial<Readonly<Record<Side, string>>>;
}

/** PUT /migrations/{name}: as for its creation, but nothing is started. */
export type ChangeMigrationRequest = Omit<CreateMigrationRequest, 'start'>;

/** POST /migrations/{name}/runs. `verify` and `validate` are TaskRuns; `accept` starts nothing. */
export interface StartRunRequest {
  readonly action: RunAction | 'verify' | 'validate' | 'accept';
}

/** POST /migrations/{name}/runs. */
export interface StartRunAnswer {
  /** A PipelineRun or a TaskRun; empty after `accept`. */
  readonly run: string;
  /** Whether this request started it; `false`: the same `Idempotency-Key` did before. */
  readonly isNew: boolean;
}

export interface RunSummary {
  readonly name: string;
  /** Empty: unknown. */
  readonly action: string;
  readonly phase: RunPhase;
  /** Reason and message of the condition `Succeeded`. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; empty: not yet. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Whether it may still end: it is not cancelled twice. */
  readonly isCancelling: boolean;
  /** Bytes of files of volumes that it sent; absent in lists of migrations, and when no task says it. */
  readonly copiedBytes?: number;
}

/** GET /runs/{run}. */
export interface RunAnswer extends RunSummary {
  readonly migration: string;
  readonly pipeline: string;
  /** In the order of the Pipeline, those before their start included. */
  readonly tasks: readonly TaskSummary[];
}

export interface TaskSummary {
  /** In the Pipeline. */
  readonly name: string;
  readonly taskRun: string;
  readonly phase: RunPhase | 'skipped';
  readonly reason: string;
  readonly message: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Names of the tasks that must have ended before. */
  readonly after: readonly string[];
  /** Runs after all others, whatever became of them. */
  readonly isFinally: boolean;
  /** Empty: there is none yet, or none any longer. */
  readonly pod: string;
  readonly steps: readonly { readonly name: string; readonly container: string; readonly hasEnded: boolean }[];
  readonly results: Readonly<Record<string, string>>;
}
