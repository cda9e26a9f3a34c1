import type { MigrationSummary, RunAnswer } from './migrations.ts';
import type { ProgressCounts, ProgressRow, TaskProgress } from './progress.ts';

/** What `GET /events?topics=` can be asked for, with commas between: `migrations`, `run:<name>`, `progress:<name of a run>`. */
export type Topic = 'migrations' | `run:${string}` | `progress:${string}`;

/** The `data` of a server-sent event, JSON. The `event` is its `type`, the `id` continues in `Last-Event-ID`. */
export type WizardEvent =
  /** The whole state of a topic: what the page has is replaced by it. */
  | { readonly type: 'migrations'; readonly migrations: readonly MigrationSummary[] }
  | { readonly type: 'run'; readonly run: RunAnswer }
  | ProgressEvent
  /** The topic has no object any longer. */
  | { readonly type: 'gone'; readonly topic: string }
  /** The cluster does not answer; the stream remains open. */
  | { readonly type: 'trouble'; readonly topic: string; readonly code: string; readonly message: string };

/** Rows that are new or have changed; a large state comes in several events. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly run: string;
  /** Whether the rows that the page has are outdated: the state begins here. */
  readonly isFirst: boolean;
  readonly rows: readonly ProgressRow[];
  /** Of all rows. */
  readonly counts: ProgressCounts;
  /** Of all tasks whose log was read. */
  readonly tasks: readonly TaskProgress[];
  /** Items beyond the number of rows that the server keeps. */
  readonly left: number;
}
