/** What can go wrong while the local clusters are built, started or stopped. */
export type ClusterErrorCode =
  | 'package-missing'
  | 'program-missing'
  | 'not-root'
  | 'deadline'
  | 'command-failed'
  | 'process-ended'
  | 'locked'
  | 'usage'
  | 'unexpected-content';

/** An error whose message alone tells what was done, to what, why it failed and what helps. */
export class ClusterError extends Error {
  override name = 'ClusterError' as const;
  readonly code: ClusterErrorCode;

  constructor(code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
