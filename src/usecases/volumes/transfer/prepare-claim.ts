import { TaskError } from '../../../domain/core/errors.ts';
import {
  claimObject,
  compareClaim,
  fillClaimSpec,
  isReadOnly,
  parseClaim,
  type Claim,
  type ClaimSpec,
  type ClaimWish,
} from '../../../domain/volumes/claim.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { isConflict, onRefusal } from '../../../domain/kube/status-error.ts';
import { findObject, getObject } from '../../cluster/find-object.ts';
import { createObject } from '../../cluster/write-object.ts';
import { askedClass } from '../../../domain/volumes/claim-wishes.ts';
import type { Log } from '../../../domain/core/ports.ts';

export interface PreparedClaim {
  readonly created: boolean;
  /** Made for this source, by this run or an earlier one: nothing but its copy is in it. */
  readonly own: boolean;
}

export interface Preparation {
  readonly wish: ClaimWish;
  readonly comparesClass: boolean;
  /** Whether files are to be copied into it. */
  readonly isWritten: boolean;
}

/** Creates the claim, or compares the one that is there. @throws TaskError `incomplete`; ClusterStatusError */
export async function prepareClaim(
  cluster: Cluster,
  source: Claim,
  { wish, comparesClass, isWritten }: Preparation,
): Promise<PreparedClaim> {
  const filled = fillClaimSpec(source, wish);
  if (isWritten && isReadOnly(filled.accessModes)) throw readOnly(wish);
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

function readOnly({ namespace, name }: ClaimWish): TaskError {
  const problem =
    'no pod may write to a claim whose only access mode is ReadOnlyMany, so nothing can be copied into it';
  return new TaskError('incomplete', `creating claim ${namespace}/${name}: ${problem}`, {
    remedy: 'Add ReadWriteMany or ReadWriteOnce with `access-modes` or `claim-settings`: pods can mount it read-only.',
  });
}

function useExisting(existing: Claim, wish: ClaimSpec): PreparedClaim {
  const problems = compareClaim(existing, wish);
  if (problems.length === 0) return { created: false, own: existing.madeFor === wish.madeFor };
  throw new TaskError('incomplete', `using the existing claim ${wish.namespace}/${wish.name}: ${problems.join('; ')}`, {
    remedy: 'Remove that claim, give another name for the destination, or ask for what is there.',
  });
}

export interface ClassOptions {
  /** For all claims; undefined to choose. */
  readonly storageClass: string | undefined;
  /** By class of the source. */
  readonly classMap: ReadonlyMap<string, string>;
}

/** The class asked for, else of the same name where there is one, else the default, whose name is empty. */
export async function chooseStorageClass(
  { name, storageClass }: Claim,
  options: ClassOptions,
  { destination, log }: { readonly destination: Cluster; readonly log: Log },
): Promise<{ readonly name: string; readonly isAsked: boolean }> {
  const asked = askedClass(storageClass, options);
  if (asked !== undefined) return { name: asked, isAsked: true };
  // Classes that may not be read are taken to exist: creating the claim soon shows it.
  const ref = { kind: knownKinds.storageclasses, namespace: '', name: storageClass };
  const isServed = storageClass === '' || (await findObject(destination, ref).catch(onRefusal([403], true)));
  if (isServed !== undefined) return { name: storageClass, isAsked: false };
  log.warn(`claim ${name}: the destination has no storage class ${storageClass}; its default class is taken`);
  return { name: '', isAsked: false };
}
