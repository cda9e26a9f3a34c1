import type { Sleep, Log } from '../../domain/core/ports.ts';
import { objectPath, type ObjectRef } from '../../domain/kube/api-paths.ts';
import { findNamespace, getObject, findDocument } from '../cluster/find-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { conditionAt } from '../../domain/kube/condition.ts';
import { hasGeneratedPullSecret } from '../../domain/kube/service-account.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { onRefusal } from '../../domain/kube/status-error.ts';

const pause = 500;
const polls = { terminating: 120, established: 60, pullSecret: 30 };

/**
 * Makes sure that namespaces exist and are not being deleted: deletion is waited for, up to two minutes. A cluster that
 * does not let us look is believed to have them.
 * @throws TaskError `namespace-not-found` or `incomplete`
 */
export async function checkNamespaces(cluster: Cluster, namespaces: readonly string[], sleep: Sleep): Promise<void> {
  await Promise.all(namespaces.map((namespace) => checkNamespace(cluster, namespace, sleep)));
}

async function checkNamespace(cluster: Cluster, namespace: string, sleep: Sleep): Promise<void> {
  const doing = `applying to ${cluster.contextName}: namespace ${namespace}`;
  const isUsable = async (): Promise<boolean> => {
    const found = await findNamespace(cluster, namespace);
    if (found !== 'missing') return stringAt(found, 'status', 'phase') !== 'Terminating';
    throw new TaskError('namespace-not-found', `${doing} does not exist`, {
      remedy: `Create it, for example with 'kubectl create namespace ${namespace}', or give another namespace.`,
    });
  };
  const left = await poll([namespace], isUsable, { times: polls.terminating, wait: () => sleep(2 * pause) });
  if (left.length === 0) return;
  throw new TaskError('incomplete', `${doing} is still being deleted`, {
    remedy: 'See which finalizers hold it, wait until it is gone, create it again and run again.',
  });
}

/** Objects that are asked for at once. */
const askedAtOnce = 10;

/** Asks so many times whether things are so, with a pause after each no; returns those that are not so at the end. */
async function poll<T>(
  items: readonly T[],
  isSo: (item: T) => Promise<boolean>,
  { times, wait }: { readonly times: number; readonly wait: () => Promise<void> },
): Promise<readonly T[]> {
  let open = items;
  for (let left = times; left > 0 && open.length > 0; left -= 1) {
    const states = await mapConcurrently(open, askedAtOnce, isSo);
    open = open.filter((_, index) => states[index] !== true);
    if (open.length > 0) await wait();
  }
  return open;
}

/** Waits until CustomResourceDefinitions serve their kinds, up to half a minute; their objects say if it was too short. */
export async function waitUntilEstablished(
  cluster: Cluster,
  definitions: readonly ObjectRef[],
  sleep: Sleep,
): Promise<void> {
  const isEstablished = async (ref: ObjectRef): Promise<boolean> =>
    conditionAt(await getObject(cluster, ref), 'Established', 'True') !== undefined;
  await poll(definitions, isEstablished, { times: polls.established, wait: () => sleep(pause) });
}

/**
 * Waits until OpenShift gave new accounts their pull secret, up to 15 seconds for all: a pod that is created before never
 * gets it and cannot pull from the internal registry. Other clusters are not waited for.
 */
export async function waitForPullSecrets(
  cluster: Cluster,
  accounts: readonly ObjectRef[],
  { log, sleep }: { log: Log; sleep: Sleep },
): Promise<void> {
  if (accounts.length === 0 || !(await servesImageStreams(cluster))) return;
  const isReady = async (account: ObjectRef): Promise<boolean> =>
    hasGeneratedPullSecret(await getObject(cluster, account));
  const wait = { times: polls.pullSecret, wait: () => sleep(pause) };
  for (const account of await poll(accounts, isReady, wait)) {
    const place = objectPath(account);
    log.warn(`${place}: no pull secret for the internal registry yet: its pods may fail to pull at first`);
  }
}

async function servesImageStreams(cluster: Cluster): Promise<boolean> {
  const found = findDocument(cluster, '/apis/image.openshift.io/v1');
  return (await found.catch(onRefusal([403], undefined))) !== undefined;
}
