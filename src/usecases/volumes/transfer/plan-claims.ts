import { TaskError } from '../../../domain/core/errors.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import type { ClaimSettings } from '../../../domain/schemas/documents.ts';
import { parseClaim } from '../../../domain/volumes/claim.ts';
import { applyClaimSettings, checkClaimSettings, type ClaimMove } from '../../../domain/volumes/claim-settings.ts';
import { asksForAllClaims, parseClaimPairs } from '../../../domain/volumes/transfer-values.ts';
import { collectObjects } from '../../cluster/list-objects.ts';
import type { VolumePorts } from './ports.ts';
import type { ClusterFacts, TransferPlace } from './read-cluster-facts.ts';

/** Which claims are moved, and what single ones get at the destination. */
export interface ClaimChoice {
  /** Names, `name:new-name` pairs, or `*`. */
  readonly claims: string;
  /** New name of a single claim; undefined to keep it. */
  readonly destinationName: string | undefined;
  readonly claimSettings: ClaimSettings;
}

/**
 * The claims to move, with their names and settings at the destination. Settings are checked against the claims of the
 * source before anything is created.
 * @throws TaskError `invalid-param`; ClusterStatusError
 */
export async function planClaims(
  choice: ClaimChoice & Pick<TransferPlace, 'sourceNamespace' | 'destinationNamespace'>,
  { sameCluster }: ClusterFacts,
  { source, log }: VolumePorts,
): Promise<readonly ClaimMove[]> {
  const { claims, destinationName, claimSettings: settings, sourceNamespace: namespace } = choice;
  const isAll = asksForAllClaims(claims);
  const kind = knownKinds.persistentvolumeclaims;
  const objects = isAll || settings.length > 0 ? await collectObjects({ cluster: source, kind, namespace }) : [];
  const found = objects.map(parseClaim);
  if (isAll && found.length === 0) log.warn(`namespace ${namespace} has no claims`);
  checkClaimSettings(settings, found);
  const names = found.map(({ name }) => name);
  const moves = applyClaimSettings(parseClaimPairs(claims, destinationName, names), settings);
  refuseItself(moves, choice, sameCluster);
  return moves;
}

function refuseItself(
  moves: readonly ClaimMove[],
  { sourceNamespace, destinationNamespace }: Pick<TransferPlace, 'sourceNamespace' | 'destinationNamespace'>,
  sameCluster: boolean,
): void {
  const itself = moves.find((move) => move.source === move.destination);
  if (!sameCluster || itself === undefined || sourceNamespace !== destinationNamespace) return;
  const place = `${sourceNamespace}/${itself.source}`;
  throw new TaskError('invalid-param', `moving claim ${place}: it would be moved onto itself`, {
    remedy: 'Give another destination: a namespace, or a name for the claim.',
  });
}
