import type { Claim } from '../../../domain/volumes/claim.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { findObject } from '../../cluster/find-object.ts';

export interface ClassOptions {
  /** For all claims; undefined to choose. */
  readonly storageClass: string | undefined;
  /** By class of the source. */
  readonly classMap: ReadonlyMap<string, string>;
}

export interface ChosenClass {
  /** Empty: the default class of the destination. */
  readonly name: string;
  /** Asked for, rather than found. */
  readonly isAsked: boolean;
}

/** The class of a claim at the destination: as asked for, else of the same name where there is one, else the default. */
export async function chooseStorageClass(
  { name, storageClass }: Claim,
  options: ClassOptions,
  { destination, log }: { readonly destination: Cluster; readonly log: Log },
): Promise<ChosenClass> {
  const asked = options.storageClass ?? options.classMap.get(storageClass);
  if (asked !== undefined) return { name: asked, isAsked: true };
  if (storageClass === '' || (await isServed(destination, storageClass))) return { name: storageClass, isAsked: false };
  log.warn(`claim ${name}: the destination has no storage class ${storageClass}; its default class is taken`);
  return { name: '', isAsked: false };
}

/** Classes that may not be read are taken to exist: creating the claim soon shows it. */
function isServed(cluster: Cluster, name: string): Promise<boolean> {
  const found = findObject(cluster, { kind: knownKinds.storageclasses, namespace: '', name });
  return found.then((storageClass) => storageClass !== undefined).catch(onRefusal([403], true));
}
