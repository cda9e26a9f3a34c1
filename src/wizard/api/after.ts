import type { TakeBackItem } from '../../domain/planning/take-back.ts';
import type { RunPhase } from './migrations.ts';

/** GET /runs/{run}/reports/{task}: the report of a task, or why there is none. */
export interface ReportAnswer {
  readonly task: string;
  /**
   * `not-ended`: the task has not ended. `none`: it wrote none. `reading`: a TaskRun reads it from the volume. `unread`: the
   * log that had it is gone, or the run has not printed it; POST /runs/{run}/reports starts a reader.
   */
  readonly state: 'found' | 'not-ended' | 'none' | 'reading' | 'unread';
  /** Only of `found`. */
  readonly report?: ReportView;
  /** Only of `found`: the reports of the tasks that ran inside this one, in their order. */
  readonly parts?: readonly ReportView[];
}

export interface ReportView {
  /** Name of the Task. */
  readonly task: string;
  readonly status: string;
  readonly message: string;
  readonly remedy: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly counts: Readonly<Record<'planned' | 'done' | 'skipped' | 'failed', number>>;
  /** Failed ones first, at most 1000. */
  readonly items: readonly ReportItemView[];
  /** Items that are not among them. */
  readonly leftOut: number;
}

export interface ReportItemView {
  readonly id: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
  readonly reason: string;
  readonly message: string;
  /** `key: value`, such as digests. */
  readonly evidence: readonly string[];
}

/** A TaskRun that a request started. */
export interface StartedTaskAnswer {
  readonly run: string;
  /** `false`: the same `Idempotency-Key` did before. */
  readonly isNew: boolean;
}

/** POST /migrations/{name}/take-back: a dry run, or the confirmation of the list that the last one made. */
export type TakeBackRequest =
  | { readonly dryRun: true }
  | {
      readonly dryRun: false;
      /** Of the migration, typed by the user. */
      readonly name: string;
      /** Of the list that the user saw. */
      readonly digest: string;
      /** Changed objects of the list to delete all the same. The others remain at the destination. */
      readonly allowChanged?: readonly string[];
      /** Kinds to delete with what is in them. */
      readonly includeKinds?: readonly string[];
    };

/** GET /migrations/{name}/take-back. */
export interface TakeBackAnswer {
  /** Run whose objects are taken back next; empty: none. */
  readonly run: string;
  /** Older runs that follow. */
  readonly later: readonly string[];
  /** The newest TaskRun; absent: none was started. */
  readonly task?: TakeBackTask;
}

export interface TakeBackTask {
  readonly name: string;
  readonly run: string;
  readonly phase: RunPhase;
  readonly isDryRun: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Sorted by their ids. */
  readonly items: readonly TakeBackRow[];
  /** Objects that remain and are not among the items. */
  readonly leftOut: number;
  /** Of a dry run that made a whole list, for the confirmation; else empty. */
  readonly digest: string;
  /** Why it made none; empty otherwise. */
  readonly error: string;
}

export interface TakeBackRow extends TakeBackItem {
  /** As `allowChanged` calls it; empty: it is not an object. */
  readonly name: string;
}

/** PUT /migrations/{name}/credentials/{side}: a token, or a connection with which the account gets a new one. */
export interface RenewRequest {
  readonly token?: string;
  /** Id of a connection of the session to that side. */
  readonly connection?: string;
}

/** PUT /migrations/{name}/credentials/{side}. */
export interface RenewAnswer {
  /** RFC 3339; empty: unknown. */
  readonly expiresAt: string;
}

/** GET /migrations/{name}/objects: YAML documents; Secrets without their values. */
export interface ObjectsAnswer {
  readonly objects: string;
}
