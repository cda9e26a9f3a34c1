import type { Item } from '../../domain/reports/outcome.ts';
import type { VerifyGroup, Reason } from '../../domain/reports/reasons.ts';
import type { VerifiedItem } from '../../domain/verify/format-verification.ts';

/** What one check found; the diff shows what was planned with `-` and what was found with `+`. */
export type Finding = VerifiedItem;

/** The finding of something that is as it should be. */
export function agree(id: string, reason: Reason<VerifyGroup>, evidence?: Item['evidence']): Finding {
  return { item: { id, outcome: 'done', reason, ...(evidence === undefined ? {} : { evidence }) } };
}

/** The finding of something that is not as it should be. */
export function disagree(item: Omit<Item<VerifyGroup>, 'outcome'>, diff = ''): Finding {
  return { item: { ...item, outcome: 'failed' }, ...(diff === '' ? {} : { diff }) };
}
