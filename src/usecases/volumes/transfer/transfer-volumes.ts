import { TaskError } from '../../../domain/core/errors.ts';
import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { readClusterFacts } from './read-cluster-facts.ts';
import { planClaims, type ClaimChoice } from './plan-claims.ts';
import { moveClaim, type MoveOptions } from './move-claim.ts';
import type { VolumePorts } from './ports.ts';
import { toOutcome, type TransferResult } from './transfer-outcome.ts';

export interface TransferVolumesInput extends MoveOptions, ClaimChoice {
  readonly parallel: number;
}

/**
 * Moves claims of a namespace with what is in them, several at a time. A claim that fails does not stop the others.
 * @throws TaskError when nothing can be moved at all, or the only claim could not even be tried; ClusterStatusError
 */
export async function transferVolumes(
  input: TransferVolumesInput,
  ports: VolumePorts,
): Promise<Outcome<TransferResult, 'volumes'>> {
  const around = await readClusterFacts(input, ports);
  const moves = await planClaims(input, around, ports);
  const errors: TaskError[] = [];
  const results = await mapConcurrently(moves, input.parallel, async (move) => {
    try {
      return await moveClaim(move, { options: input, around }, ports);
    } catch (error) {
      // Anything else is a defect, and a stop is for all.
      if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
      errors.push(error);
      const id = `claim ${input.sourceNamespace}/${move.source}`;
      const claim: Item<'volumes'> = { id, outcome: 'failed', reason: error.code, message: error.message };
      return { claim, files: [] };
    }
  });
  // Nothing was copied: the first cause is how the run ends.
  if (errors[0] !== undefined && errors.length === moves.length) throw errors[0];
  return toOutcome(results);
}
