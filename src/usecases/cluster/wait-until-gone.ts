import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Sleep } from '../../domain/core/ports.ts';
import { findObject } from './find-object.ts';

const pollEvery = 500;
const readsAtOnce = 8;

/** Waits until objects are gone, or others have taken their names. Returns those that remain when the time is over. */
export async function waitUntilGone<T extends { readonly ref: ObjectRef; readonly uid: string }>(
  leaving: readonly T[],
  { cluster, sleep, isLate }: { readonly cluster: Cluster; readonly sleep: Sleep; readonly isLate: () => boolean },
): Promise<ReadonlySet<T>> {
  const there = new Set(leaving);
  for (;;) {
    await mapConcurrently([...there], readsAtOnce, async (each) => {
      try {
        const found = await findObject(cluster, each.ref);
        if (stringAt(found, 'metadata', 'uid') !== each.uid) there.delete(each);
      } catch (error) {
        if (!isUnexpectedObject(error)) throw error;
      }
    });
    if (there.size === 0 || isLate()) return there;
    await sleep(pollEvery);
  }
}
