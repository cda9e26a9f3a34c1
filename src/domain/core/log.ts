import type { Redactor } from './secret.ts';

/** Where a use case logs its work. Each line is one unit of work. */
export interface Log {
  /** What the run knows to be secret; each line is redacted with it. */
  readonly redactor: Redactor;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Replaces the last progress line on a terminal; elsewhere printed every few seconds. */
  progress(done: number, total: number, message: string): void;
}
