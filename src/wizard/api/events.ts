import type { MigrationSummary, RunAnswer } from './migrations.ts';

/** What `GET /events?topics=` can be asked for, with commas between: `migrations`, or `run:<name>`. */
export type Topic = 'migrations' | `run:${string}`;

/** The `data` of a server-sent event, JSON. The `event` is its `type`, the `id` continues in `Last-Event-ID`. */
export type WizardEvent =
  /** The whole state of a topic: what the page has is replaced by it. */
  | { readonly type: 'migrations'; readonly migrations: readonly MigrationSummary[] }
  | { readonly type: 'run'; readonly run: RunAnswer }
  /** The topic has no object any longer. */
  | { readonly type: 'gone'; readonly topic: string }
  /** The cluster does not answer; the stream remains open. */
  | { readonly type: 'trouble'; readonly topic: string; readonly code: string; readonly message: string };
