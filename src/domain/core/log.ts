/** Where a use-case tells what it does. Each line is one unit of work. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Replaces the last progress line on a terminal; elsewhere printed every few seconds. */
  progress(done: number, total: number, message: string): void;
}
