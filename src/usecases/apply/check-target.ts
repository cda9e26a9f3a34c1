import type { Sleep } from '../../domain/core/ports.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { findNamespace, getObject } from '../cluster/find-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { arrayAt, stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const pollEvery = 1000;
const terminatingPolls = 120;
const establishedPolls = 60;

/**
 * Makes sure that namespaces exist and are not being deleted: deletion is waited for, up to two minutes. A cluster that
 * does not let us look is believed to have them.
 * @throws TaskError `namespace-not-found` or `incomplete`
 */
export async function checkNamespaces(cluster: Cluster, namespaces: readonly string[], sleep: Sleep): Promise<void> {
  await Promise.all(namespaces.map((namespace) => checkNamespace(cluster, namespace, sleep)));
}

async function checkNamespace(cluster: Cluster, namespace: string, sleep: Sleep): Promise<void> {
  for (let poll = 0; poll < terminatingPolls; poll += 1) {
    const found = await findNamespace(cluster, namespace);
    if (found === 'missing') {
      throw new TaskError(
        'namespace-not-found',
        `applying to ${cluster.contextName}: namespace ${namespace} does not exist`,
        {
          remedy: `Create it, for example with 'kubectl create namespace ${namespace}', or give another namespace.`,
        },
      );
    }
    if (stringAt(found, 'status', 'phase') !== 'Terminating') return;
    await sleep(pollEvery);
  }
  throw new TaskError(
    'incomplete',
    `applying to ${cluster.contextName}: namespace ${namespace} is still being deleted`,
    {
      remedy: 'See which finalizers hold it, wait until it is gone, create it again and run again.',
    },
  );
}

/** Waits until CustomResourceDefinitions serve their kinds, up to half a minute; their objects say if it was too short. */
export async function waitUntilEstablished(
  cluster: Cluster,
  definitions: readonly ObjectRef[],
  sleep: Sleep,
): Promise<void> {
  for (const ref of definitions) {
    for (let poll = 0; poll < establishedPolls; poll += 1) {
      const definition = await getObject(cluster, ref);
      if (arrayAt(definition, 'status', 'conditions').some(isEstablished)) break;
      await sleep(pollEvery / 2);
    }
  }
}

function isEstablished(condition: unknown): boolean {
  return stringAt(condition, 'type') === 'Established' && stringAt(condition, 'status') === 'True';
}
