import {
  debugContainer,
  debugStateOf,
  whyNoDebugContainer,
  type DebugContainer,
} from '../../domain/containerize/debug-container.ts';
import type { FileReader } from '../../domain/containerize/file-entry.ts';
import { explainRefusal } from '../../domain/containerize/helper-refusals.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { findObject } from '../cluster/find-object.ts';
import type { PodPlace } from './ports.ts';
import type { StartPorts } from './start-reader.ts';

export interface DebugTarget extends DebugContainer {
  readonly pod: Resource;
  /** Seconds that it may take to start. */
  readonly seconds: number;
}

const betweenLooks = 500;

/**
 * Adds a debug container to the pod of an application, and waits until it runs. It cannot be removed.
 * @throws TaskError `invalid-param` for a pod that cannot have one, `cluster-refused`, `forbidden`, `timeout`
 */
export async function addDebugContainer(target: DebugTarget, ports: StartPorts): Promise<PodPlace> {
  const { pod, container, name, seconds } = target;
  const { cluster, log, now, pause } = ports;
  const { namespace = '', name: podName } = pod.metadata;
  const what = `a debug container in Pod ${namespace}/${podName}`;
  const why = whyNoDebugContainer(pod);
  if (why !== undefined)
    throw new TaskError('invalid-param', `creating ${what}: ${why}`, {
      remedy: 'Set debug-container to false, and leave out what cannot be read with exclude-paths.',
    });
  const ref = { kind: knownKinds.pods, namespace, name: podName };
  await cluster
    .request({
      method: 'PATCH',
      path: `${objectPath(ref)}/ephemeralcontainers`,
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { ephemeralContainers: [debugContainer(pod, target)] } },
    })
    .catch((error: unknown) => {
      throw explainRefusal(error, what);
    });
  log.info(`added ${name}, ${what}, to read files of container ${container}`);
  const until = now() + seconds * 1000;
  for (;;) {
    const state = debugStateOf(await findObject(cluster, ref), name);
    if (state.isRunning) return { namespace, pod: podName, container: name };
    if (now() >= until)
      throw new TaskError('timeout', `starting ${what}: ${state.why}`, {
        remedy: 'Look at the events of the pod. The nodes must be able to pull the image of reader-image.',
      });
    await pause(betweenLooks);
  }
}

/** Fails unless the files can be read. @throws TaskError `forbidden` */
export async function assertReadable(files: FileReader, { pod, container }: DebugTarget): Promise<void> {
  const { entries } = await files.list(['/'], { isShallow: true });
  if (entries.length > 0) return;
  const where = `container ${container} of Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  throw new TaskError('forbidden', `reading files of ${where} by a debug container: the kernel does not allow it`, {
    remedy:
      'The debug container needs the user and the group of the first process. Set runAsUser and runAsGroup of the container, and run again.',
  });
}
