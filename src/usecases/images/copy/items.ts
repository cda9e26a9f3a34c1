import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { Item } from '../../../domain/reports/outcome.ts';
import { SyncFailure } from '../../../domain/oci/failure.ts';

/**
 * The item of something that failed by itself; the run goes on.
 * @throws the error itself when it is no expected one
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
