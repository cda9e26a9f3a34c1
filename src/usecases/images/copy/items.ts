import type { CopyJob } from '../../../domain/images/copy/copy-job.ts';
import type { CopyGroup } from '../../../domain/reports/reasons.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';

/** The item of a destination tag, or of an image that got none, with the job that it is about. */
export interface ImageItem {
  readonly item: Item<CopyGroup>;
  /** Undefined for an image that could not become a job. */
  readonly job: CopyJob | undefined;
}

/** Items of one job. */
export function itemsOf(job: CopyJob | undefined, items: readonly Item<CopyGroup>[]): readonly ImageItem[] {
  return items.map((item) => ({ item, job }));
}

/**
 * The item of something that failed by itself; the run continues.
 * @throws the error itself when it is unexpected
 */
export function failedItem(id: string, error: unknown, evidence?: Item['evidence']): Item<'registry'> {
  if (!(error instanceof TaskError)) throw error;
  const reason = error instanceof SyncFailure ? error.kind : error.code;
  return {
    id,
    outcome: 'failed',
    reason,
    message: `${messageOf(error)}. ${error.remedy}`,
    ...(evidence === undefined ? {} : { evidence }),
  };
}
