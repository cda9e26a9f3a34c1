import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { explainRefusal, explainWaiting } from '../../domain/containerize/helper-refusals.ts';
import { readerContainer, readerPod, type ReaderPod } from '../../domain/containerize/reader-pod.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { findObject } from '../cluster/find-object.ts';
import { collectObjects } from '../cluster/list-objects.ts';
import { createObject } from '../cluster/write-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { ContainerizePorts, PodPlace } from './ports.ts';

/** What waits for objects of a run. */
export interface StartPorts extends Pick<ContainerizePorts, 'log'> {
  readonly cluster: Cluster;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const betweenLooks = 500;

/**
 * Starts a pod that mounts claims, and waits until it runs. The caller removes it.
 * @throws TaskError `cluster-refused` with the cause: a quota, Pod Security, a claim that is in use; `forbidden`, `timeout`
 */
export async function startReader(reader: ReaderPod, seconds: number, ports: StartPorts): Promise<PodPlace> {
  const { cluster, log, now } = ports;
  const { namespace, claims, node } = reader;
  const body = readerPod(reader);
  const { name } = body.metadata;
  const what = `a pod that reads ${claims.length === 1 ? 'claim' : 'claims'} ${claims.join(', ')}`;
  await createObject(cluster, { kind: knownKinds.pods, namespace, body }).catch((error: unknown) => {
    throw explainRefusal(error, what);
  });
  log.info(`started Pod ${namespace}/${name}, ${what}`);
  const ref = { kind: knownKinds.pods, namespace, name };
  const until = now() + seconds * 1000;
  for (;;) {
    const pod = await findObject(cluster, ref);
    const phase = stringAt(pod, 'status', 'phase');
    if (phase === 'Running') return { namespace, pod: name, container: readerContainer };
    const isOver = pod === undefined || phase === 'Failed' || phase === 'Succeeded';
    const trouble = explainWaiting(pod, { warnings: await readWarnings(name, namespace, cluster), node });
    const isLate = now() >= until;
    if (isOver || isLate || trouble?.isFinal === true) {
      const why = isOver ? 'it ended' : (trouble?.why ?? 'it is still being started');
      throw new TaskError(
        isLate ? 'timeout' : 'cluster-refused',
        `starting ${what} in namespace ${namespace}: ${why}`,
        {
          remedy: trouble?.remedy ?? 'Look at the events of the namespace, then run again.',
        },
      );
    }
    await ports.pause(betweenLooks);
  }
}

async function readWarnings(name: string, namespace: string, cluster: Cluster): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.name=${name},involvedObject.kind=Pod,type=Warning`;
  const listing = collectObjects({ cluster, kind: knownKinds.events, namespace, fieldSelector });
  const events = await listing.catch(onRefusal([403], []));
  return events.flatMap((event) => stringAt(event, 'message') ?? []);
}
