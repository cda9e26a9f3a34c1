import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { hasGeneratedPullSecret } from '../../domain/kube/service-account.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log } from '../../domain/core/log.ts';
import type { Sleep } from '../../domain/core/sleep.ts';

const pollEvery = 500;
const polls = 30;

/**
 * Waits until OpenShift gave new accounts their pull secret, up to 15 seconds each: a pod that is created before never
 * gets it and cannot pull from the internal registry. Other clusters are not waited for.
 */
export async function waitForPullSecrets(
  cluster: Cluster,
  accountPaths: readonly string[],
  { log, sleep }: { log: Log; sleep: Sleep },
): Promise<void> {
  if (accountPaths.length === 0 || !(await servesImageStreams(cluster))) return;
  for (const path of accountPaths) {
    let ready = false;
    for (let poll = 0; poll < polls && !ready; poll += 1) {
      ready = hasGeneratedPullSecret(await cluster.request({ path }));
      if (!ready) await sleep(pollEvery);
    }
    if (!ready) log.warn(`${path}: no pull secret for the internal registry yet: its pods may fail to pull at first`);
  }
}

async function servesImageStreams(cluster: Cluster): Promise<boolean> {
  try {
    await cluster.request({ path: '/apis/image.openshift.io/v1' });
    return true;
  } catch (error) {
    if (error instanceof ClusterStatusError && (error.status === 404 || error.status === 403)) return false;
    throw error;
  }
}
