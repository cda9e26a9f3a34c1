import type { MoverEnd } from '../../../domain/volumes/mover-protocol.ts';
import { nameFailures, type Item, type Outcome } from '../../../domain/reports/outcome.ts';
import type { Reason } from '../../../domain/reports/reasons.ts';
import { ownValue } from '../../../domain/core/json-object.ts';
import { describeClaim, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { MoverResult } from './watch-mover.ts';

export type TransferResult = 'claim-count' | 'transferred-count' | 'failed-count' | 'failed-files' | 'copied-bytes';

type ProofOptions = Readonly<Record<'verify' | 'checkOnly', boolean>>;

/** The item of a claim, and one for each of its files that is not as it should be. */
export interface ClaimItems {
  readonly claim: Item<'volumes'>;
  readonly files: readonly Item<'volumes'>[];
}

/** The item of the claim has the proof. */
export function toItems(
  { source, destination }: Transfer,
  { end, problems }: MoverResult,
  options: ProofOptions,
): ClaimItems {
  const place = describeClaim(source);
  const files = problems.map(({ path, message }): Item<'volumes'> => {
    return { id: `file ${place}:/${path}`, outcome: 'failed', reason: 'file-not-equal', message };
  });
  const isDone = end.verdict === 'equal';
  const claim: Item<'volumes'> = {
    id: `claim ${place}`,
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
  return { claim, files };
}

function doneReason({ totals, changed }: MoverEnd, { checkOnly }: ProofOptions): Reason<'volumes'> {
  if (checkOnly) return 'equal';
  if (changed > 0) return 'staged';
  return totals.copiedFiles === 0 && totals.deletedFiles === 0 ? 'unchanged' : 'transferred';
}

/** Results and last line of a run. */
export function toOutcome(results: readonly ClaimItems[]): Outcome<TransferResult, 'volumes'> {
  const claims = results.map(({ claim }) => claim);
  const items = results.flatMap(({ claim, files }) => [claim, ...files]);
  const done = claims.filter(({ outcome }) => outcome === 'done').length;
  const sum = (key: string): number =>
    claims.reduce((total, { evidence }) => total + Number(ownValue(evidence ?? {}, key) ?? 0), 0);
  const figures = `${String(sum('copiedFiles'))} files and ${String(sum('copiedBytes'))} bytes copied`;
  return {
    items,
    results: {
      'claim-count': String(claims.length),
      'transferred-count': String(done),
      'failed-count': String(claims.length - done),
      'failed-files': String(sum('failedFiles')),
      'copied-bytes': String(sum('copiedBytes')),
    },
    summary: `${String(done)} of ${String(claims.length)} claims are equal at the destination: ${figures}, ${nameFailures(items)}`,
    remedy:
      'Fix what the report says of each claim and file, then run again: copied files are kept. Files that the pods may ' +
      'not read need the param run-as-user.',
  };
}
