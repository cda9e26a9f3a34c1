import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';
import { findDocument, getObject } from '../cluster/find-object.ts';
import { hasGeneratedPullSecret } from '../../domain/kube/service-account.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Sleep } from '../../domain/core/ports.ts';

const pollEvery = 500;
const polls = 30;

/**
 * Waits until OpenShift gave new accounts their pull secret, up to 15 seconds each: a pod that is created before never
 * gets it and cannot pull from the internal registry. Other clusters are not waited for.
 */
export async function waitForPullSecrets(
  cluster: Cluster,
  accounts: readonly ObjectRef[],
  { log, sleep }: { log: Log; sleep: Sleep },
): Promise<void> {
  if (accounts.length === 0 || !(await servesImageStreams(cluster))) return;
  for (const account of accounts) {
    let ready = false;
    for (let poll = 0; poll < polls && !ready; poll += 1) {
      ready = hasGeneratedPullSecret(await getObject(cluster, account));
      if (!ready) await sleep(pollEvery);
    }
    if (!ready)
      log.warn(
        `${objectPath(account)}: no pull secret for the internal registry yet: its pods may fail to pull at first`,
      );
  }
}

async function servesImageStreams(cluster: Cluster): Promise<boolean> {
  const found = findDocument(cluster, '/apis/image.openshift.io/v1');
  return (await found.catch(onRefusal([403], undefined))) !== undefined;
}
