import type { CopyJob } from './copy-job.ts';

/** The program that moves image content. */
export interface Copier {
  /** Copies one job with all its platforms and sets one tag. Throws SyncFailure. */
  copy(job: CopyJob, tag: string): Promise<void>;
  /** Reads refused logins again. False when they are unchanged since the last copy of the job: another try is useless. */
  renewLogin(job: CopyJob): Promise<boolean>;
}
