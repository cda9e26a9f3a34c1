import { describeAnswer, notKubernetes } from '../../domain/kube/api-answer.ts';
import { objectPath } from '../../domain/kube/api-paths.ts';
import { checkObject, expectedOf } from '../../domain/kube/expected-object.ts';
import { knownKinds } from '../../domain/kube/known-kinds.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

const ref = { kind: knownKinds.namespaces, namespace: '', name: 'kube-system' };
const path = objectPath(ref);
const expected = { ...expectedOf(ref.kind, ''), name: ref.name };

/**
 * UID of the namespace kube-system, which stands for the cluster; undefined when the account may not read it.
 * @throws TaskError `not-kubernetes` for an answer without a UID, ClusterStatusError
 */
export async function readClusterUid(cluster: Cluster): Promise<string | undefined> {
  try {
    const answer = await cluster.request({ path });
    const uid = stringAt(checkObject(answer, expected, cluster.redactor).resource, 'metadata', 'uid');
    if (uid !== undefined) return uid;
    throw notKubernetes({ path, server: cluster.server }, `expected a Namespace, got ${describeAnswer(answer)}`);
  } catch (error) {
    if (isRefusal(error, 403, 404)) return undefined;
    throw error;
  }
}

/**
 * Refuses a cluster other than the expected one; contexts are easily mixed up. Without an expected UID nothing is checked.
 * `ifUnreadable`: what becomes of an account that may not read the UID.
 * @throws TaskError `wrong-cluster`, ClusterStatusError
 */
export async function assertClusterUid(
  cluster: Cluster,
  { expected, ifUnreadable }: { readonly expected: string | undefined; readonly ifUnreadable: 'refuse' | 'accept' },
): Promise<void> {
  if (expected === undefined) return;
  const found = await readClusterUid(cluster);
  if (found === expected || (found === undefined && ifUnreadable === 'accept')) return;
  const identity = found === undefined ? 'the account may not read its UID' : `its UID is ${found}`;
  const doing = `checking context ${cluster.contextName} (${cluster.server})`;
  throw new TaskError('wrong-cluster', `${doing}: ${identity}, expected was ${expected}`, {
    remedy:
      found === undefined
        ? 'Let the account get the namespace kube-system, or leave the UID of the cluster unset.'
        : 'Give the context of the cluster that was meant, or start over for this one.',
  });
}
