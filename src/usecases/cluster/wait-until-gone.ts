import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Sleep } from '../../domain/core/ports.ts';
import { findObject } from './find-object.ts';

export interface Leaving {
  readonly ref: ObjectRef;
  readonly uid: string;
}

export interface GonePorts {
  readonly cluster: Cluster;
  readonly sleep: Sleep;
  readonly isLate: () => boolean;
}

const pollEvery = 500;
const readsAtOnce = 8;

/**
 * Waits until objects are gone, or others with another UID have taken their names. An answer with another object proves
 * nothing.
 * @returns the objects that are still there when the time is over
 */
export async function waitUntilGone<T extends Leaving>(
  leaving: readonly T[],
  { cluster, sleep, isLate }: GonePorts,
): Promise<ReadonlySet<T>> {
  const there = new Set(leaving);
  for (;;) {
    await mapConcurrently([...there], readsAtOnce, async (each) => {
      if (!(await isThere(each, cluster))) there.delete(each);
    });
    if (there.size === 0 || isLate()) return there;
    await sleep(pollEvery);
  }
}

async function isThere({ ref, uid }: Leaving, cluster: Cluster): Promise<boolean> {
  try {
    return stringAt(await findObject(cluster, ref), 'metadata', 'uid') === uid;
  } catch (error) {
    if (isUnexpectedObject(error)) return true;
    throw error;
  }
}
