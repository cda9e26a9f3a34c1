import { podTrouble } from '../../../domain/volumes/pod-trouble.ts';
import type { Transfer } from '../../../domain/volumes/transfer.ts';
import { freeSpaceOf } from '../../../domain/volumes/volume-free-space.ts';
import type { EndpointPorts } from './open-endpoint.ts';
import { newestPod } from './newest-pod.ts';

/**
 * Waits until the pod at the destination has measured its volume; returns the free bytes. Undefined when the pod could
 * not measure it, or does not start in time: the caller reports why.
 */
export async function waitForFreeSpace(
  transfer: Transfer,
  until: number,
  { cluster, now, pause, keepAlive }: EndpointPorts,
): Promise<number | undefined> {
  for (;;) {
    const pod = await newestPod(cluster, transfer, 'server');
    const { isKnown, freeBytes } = freeSpaceOf(pod);
    if (isKnown || podTrouble(pod)?.isFinal === true || now() >= until) return freeBytes;
    await keepAlive();
    await pause();
  }
}
