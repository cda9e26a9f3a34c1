import { complaintsOf, selectorOf } from '../../domain/kube/pod-complaints.ts';
import { readinessOf } from '../../domain/kube/readiness.ts';
import { progressMarks } from '../../domain/app/progress-marks.ts';
import { describeResource } from '../../domain/kube/resource.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { findObject } from '../cluster/find-object.ts';
import { listPods } from '../cluster/list-objects.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Awaited } from '../cluster/wait-until-ready.ts';
import type { ReleasePorts } from './release-ports.ts';

const pollEvery = 2000;
const readsAtOnce = 8;

/**
 * Follows the objects of a release while helm waits for them, and logs how many are ready. What pods say of why they do
 * not start is logged as soon as they say it, once.
 * `isDone` ends it.
 * @returns true when nothing new happened for the given time
 */
export async function isStalled(
  awaited: readonly Awaited[],
  { stallMilliseconds, isDone }: { readonly stallMilliseconds: number; readonly isDone: () => boolean },
  ports: Pick<ReleasePorts, 'cluster' | 'log' | 'sleep' | 'now'>,
): Promise<boolean> {
  const seen = new Set<string>();
  const said = new Set<string>();
  let progressAt = ports.now();
  while (!isDone()) {
    const looked = await mapConcurrently(awaited, readsAtOnce, (each) => look(each, ports));
    const ready = looked.filter(({ isReady }) => isReady).length;
    ports.log.progress(ready, awaited.length, 'ready');
    for (const complaint of looked.flatMap(({ complaints }) => complaints)) {
      if (!said.has(complaint)) ports.log.warn(complaint);
      said.add(complaint);
    }
    const before = seen.size;
    for (const mark of looked.flatMap(({ marks }) => marks)) seen.add(mark);
    if (seen.size > before) progressAt = ports.now();
    else if (ports.now() - progressAt >= stallMilliseconds) return true;
    await ports.sleep(Math.min(pollEvery, stallMilliseconds));
  }
  return false;
}

async function look({ ref }: Awaited, { cluster }: Pick<ReleasePorts, 'cluster'>) {
  const live = await findObject(cluster, ref).catch(onRefusal([403], undefined));
  if (live === undefined) return { isReady: false, marks: [], complaints: [] };
  const selector = selectorOf(live);
  const pods =
    selector === undefined ? [] : await listPods(cluster, ref.namespace, selector).catch(onRefusal([403], []));
  return {
    isReady: (readinessOf(live)?.kind ?? 'ready') === 'ready',
    marks: [live, ...pods].flatMap(progressMarks),
    complaints: pods.flatMap((pod) => complaintsOf(pod).map((complaint) => `${describeResource(pod)}: ${complaint}`)),
  };
}
