import { whyAnother } from '../../domain/containerize/choose-container.ts';
import { TaskError } from '../../domain/core/errors.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { findObject } from '../cluster/find-object.ts';
import type { FoundContainer } from './find-container.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerAccess, ContainerizePorts } from './ports.ts';

/**
 * Does work that reads files of a container, and fails unless it is the same container to the end. One that starts again
 * has the file system of its image again, and the image would have files of both.
 * @throws TaskError `incomplete`; what the work throws; ClusterStatusError
 */
export async function withSameContainer<T extends { close(): Promise<void> }>(
  { found, container }: PlannedImage,
  work: () => Promise<T>,
  ports: ContainerizePorts,
): Promise<T> {
  const { cluster } = ports.exports;
  const before = await processStart(container);
  const made = await work().catch(async (error: unknown) => {
    if (error instanceof TaskError && error.code === 'incomplete') await waitForChange(found, ports);
    throw error;
  });
  try {
    const isAnother = (await processStart(container)) !== before;
    const why = isAnother ? 'the container started again' : await whyOther(found, cluster);
    if (why !== undefined) throw changed(found, why);
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}

const checks = 5;
const betweenChecks = 1000;

/** A node reports the end of a container some seconds after its streams broke. @throws TaskError `incomplete` */
async function waitForChange(found: FoundContainer, { exports, push }: ContainerizePorts): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const why = await whyOther(found, exports.cluster);
    if (why !== undefined) throw changed(found, why);
    if (tries === checks) return;
    await push.pause(betweenChecks);
  }
}

async function whyOther({ pod, container, state }: FoundContainer, cluster: Cluster): Promise<string | undefined> {
  const { namespace = '', name } = pod.metadata;
  const now = await findObject(cluster, { kind: knownKinds.pods, namespace, name });
  return whyAnother({ pod, container, state }, now);
}

function changed({ pod, container }: FoundContainer, why: string): TaskError {
  const where = `container ${container} of Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  return new TaskError('incomplete', `reading files of ${where}: ${why} while its files were read`, {
    remedy: 'Nothing was pushed. Wait until the container is ready, then run again.',
  });
}

/**
 * When the first process started, as the kernel counts it (field 22 in proc_pid_stat(5)): the status of the pod shows a
 * restart some time later. Undefined where it cannot be read.
 */
async function processStart(container: ContainerAccess): Promise<string | undefined> {
  const text = await container.output(['cat', '/proc/1/stat']).catch(() => undefined);
  return text?.slice(text.lastIndexOf(')')).split(' ').at(20);
}
