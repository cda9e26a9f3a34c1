import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import type { Reason } from '../../../domain/reports/reasons.ts';
import { ownValue } from '../../../domain/core/own-value.ts';
import type { MoverEnd } from '../../../domain/volumes/mover-protocol.ts';
import { describeClaim, type Transfer } from '../../../domain/volumes/transfer.ts';
import { nameFailures } from '../../../domain/reports/name-failures.ts';
import type { MoverResult } from './watch-mover.ts';

export type TransferResult = 'claim-count' | 'transferred-count' | 'failed-count' | 'failed-files' | 'copied-bytes';

export interface ProofOptions {
  readonly verify: boolean;
  readonly live: boolean;
  readonly checkOnly: boolean;
}

const claimPrefix = 'claim ';

/** An item for the claim with its proof, and one for each file that is named. */
export function toItems(
  { source, destination }: Transfer,
  { end, problems }: MoverResult,
  options: ProofOptions,
): readonly Item<'volumes'>[] {
  const place = describeClaim(source);
  const files = problems.map(({ path, message }): Item<'volumes'> => {
    return { id: `file ${place}:/${path}`, outcome: 'failed', reason: 'file-not-equal', message };
  });
  const isDone = end.verdict === 'equal';
  const claim: Item<'volumes'> = {
    id: `${claimPrefix}${place}`,
    outcome: isDone ? 'done' : 'failed',
    reason: isDone ? doneReason(end, options) : end.verdict,
    ...(end.message === '' ? {} : { message: end.message }),
    evidence: {
      destination: describeClaim(destination),
      proof: options.verify ? 'checksum' : 'metadata',
      ...end.totals,
      ...(end.digest === '' ? {} : { contentDigest: end.digest }),
      ...(end.changed === 0 ? {} : { changedMeanwhile: end.changed }),
      ...(end.problems === 0 ? {} : { failedFiles: end.problems }),
      retries: end.retries,
    },
  };
  return [claim, ...files];
}

function doneReason({ totals, changed }: MoverEnd, { checkOnly }: ProofOptions): Reason<'volumes'> {
  if (checkOnly) return 'equal';
  if (changed > 0) return 'staged';
  return totals.copiedFiles === 0 && totals.deletedFiles === 0 ? 'unchanged' : 'transferred';
}

/** Results and last line of a run. */
export function toOutcome(items: readonly Item<'volumes'>[], claimCount: number): Outcome<TransferResult, 'volumes'> {
  const claims = items.filter(({ id }) => id.startsWith(claimPrefix));
  const done = claims.filter(({ outcome }) => outcome === 'done').length;
  const sum = (key: string): number =>
    claims.reduce((total, { evidence }) => total + Number(ownValue(evidence ?? {}, key) ?? 0), 0);
  const figures = `${String(sum('copiedFiles'))} files and ${String(sum('copiedBytes'))} bytes copied`;
  return {
    items,
    results: {
      'claim-count': String(claimCount),
      'transferred-count': String(done),
      'failed-count': String(claimCount - done),
      'failed-files': String(sum('failedFiles')),
      'copied-bytes': String(sum('copiedBytes')),
    },
    summary: `${String(done)} of ${String(claimCount)} claims are equal at the destination: ${figures}, ${nameFailures(items)}`,
    remedy:
      'Mend what the report says of each claim and file, then run again: what was copied stays. Files that the pods may ' +
      'not read need the param run-as-user.',
  };
}
