import { TaskError } from '../../../domain/core/errors.ts';
import {
  claimObject,
  compareClaim,
  fillClaimSpec,
  parseClaim,
  type Claim,
  type ClaimSpec,
  type ClaimWish,
} from '../../../domain/volumes/claim.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { isConflict } from '../../../domain/kube/status-error.ts';
import { findObject, getObject } from '../../cluster/find-object.ts';
import { createObject } from '../../cluster/write-object.ts';

export interface PreparedClaim {
  readonly created: boolean;
  /** Made for this source, by this run or an earlier one: nothing but its copy is in it. */
  readonly own: boolean;
}

export interface ClaimRequest {
  readonly wish: ClaimWish;
  /** Whether the class is asked for, so that an existing claim of another one will not do. */
  readonly comparesClass: boolean;
}

/**
 * Creates the claim at the destination, or compares the one that is there.
 * @throws TaskError `incomplete` when the existing claim is not what is asked for; ClusterStatusError
 */
export async function prepareClaim(
  cluster: Cluster,
  source: Claim,
  { wish, comparesClass }: ClaimRequest,
): Promise<PreparedClaim> {
  const filled = fillClaimSpec(source, wish);
  const expected = comparesClass ? filled : { ...filled, storageClass: '' };
  const { namespace, name } = wish;
  const ref = { kind: knownKinds.persistentvolumeclaims, namespace, name };
  const found = await findObject(cluster, ref);
  if (found !== undefined) return useExisting(parseClaim(found), expected);
  try {
    await createObject(cluster, { ...ref, body: claimObject(source, filled) });
    return { created: true, own: true };
  } catch (error) {
    if (!isConflict(error)) throw error;
    // The answer to an earlier try was lost, or another client was faster.
    return { ...useExisting(parseClaim(await getObject(cluster, ref)), expected), created: true };
  }
}

function useExisting(existing: Claim, wish: ClaimSpec): PreparedClaim {
  const problems = compareClaim(existing, wish);
  if (problems.length === 0) return { created: false, own: existing.madeFor === wish.madeFor };
  throw new TaskError('incomplete', `using the existing claim ${wish.namespace}/${wish.name}: ${problems.join('; ')}`, {
    remedy: 'Remove that claim, give another name for the destination, or ask for what is there.',
  });
}
