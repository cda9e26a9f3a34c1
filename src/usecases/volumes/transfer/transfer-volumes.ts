import { TaskError } from '../../../domain/core/errors.ts';
import type { Item, Outcome } from '../../../domain/reports/outcome.ts';
import { asksForAllClaims, parseClaimPairs, type ClaimPair } from '../../../domain/volumes/transfer-values.ts';
import { parseClaim } from '../../../domain/volumes/claim.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import { readClusterFacts, type ClusterFacts } from './read-cluster-facts.ts';
import { moveClaim, type MoveOptions } from './move-claim.ts';
import type { VolumePorts } from './ports.ts';
import { toOutcome, type TransferResult } from './transfer-outcome.ts';

export interface TransferVolumesInput extends MoveOptions {
  /** Names, `name:new-name` pairs, or `*`. */
  readonly claims: string;
  /** New name of a single claim; empty to keep it. */
  readonly destinationName: string | undefined;
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
  const pairs = await planPairs(input, around, ports);
  const errors: TaskError[] = [];
  const results = await mapConcurrently(pairs, input.parallel, async (pair) => {
    try {
      return await moveClaim(pair, { options: input, around }, ports);
    } catch (error) {
      // Anything else is a defect, and a stop is for all.
      if (!(error instanceof TaskError) || error.code === 'interrupted') throw error;
      errors.push(error);
      const id = `claim ${input.sourceNamespace}/${pair.source}`;
      const claim: Item<'volumes'> = { id, outcome: 'failed', reason: error.code, message: error.message };
      return { claim, files: [] };
    }
  });
  // Nothing was copied: the first cause is how the run ends.
  if (errors[0] !== undefined && errors.length === pairs.length) throw errors[0];
  return toOutcome(results);
}

async function planPairs(
  { claims, destinationName, sourceNamespace, destinationNamespace }: TransferVolumesInput,
  { sameCluster }: ClusterFacts,
  { source, log }: VolumePorts,
): Promise<readonly ClaimPair[]> {
  const names: string[] = [];
  if (asksForAllClaims(claims)) {
    const kind = knownKinds.persistentvolumeclaims;
    const found = await collectObjects({ cluster: source, kind, namespace: sourceNamespace });
    names.push(...found.map((item) => parseClaim(item).name));
    if (names.length === 0) log.warn(`namespace ${sourceNamespace} has no claims`);
  }
  const pairs = parseClaimPairs(claims, destinationName, names);
  const itself = pairs.find((pair) => pair.source === pair.destination);
  if (!sameCluster || itself === undefined || sourceNamespace !== destinationNamespace) return pairs;
  const place = `${sourceNamespace}/${itself.source}`;
  throw new TaskError('invalid-param', `moving claim ${place}: it would be moved onto itself`, {
    remedy: 'Give another destination: a namespace, or a name for the claim.',
  });
}
