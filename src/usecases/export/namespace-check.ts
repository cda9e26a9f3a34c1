import { isNamespaceName } from '../../domain/kube/resource.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import { findNamespace } from '../cluster/find-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log } from '../../domain/core/ports.ts';

/**
 * Whether the namespace is certain to exist; false when the account may not look. Warns of one that is being deleted:
 * what is left of it may be a part of the application only.
 * @throws TaskError `namespace-not-found`, or `invalid-param` for what can be no namespace
 */
export async function seesNamespace(
  namespace: string,
  { cluster, log }: { readonly cluster: Cluster; readonly log: Pick<Log, 'warn'> },
): Promise<boolean> {
  if (!isNamespaceName(namespace)) {
    throw new TaskError('invalid-param', `reading --namespace: invalid namespace name ${JSON.stringify(namespace)}`, {
      remedy: 'Give the name of a namespace: lower-case letters, digits and dashes, at most 63.',
    });
  }
  const found = await findNamespace(cluster, namespace);
  if (found === 'missing') throw namespaceNotFound(cluster, namespace, 'it does not exist');
  if (stringAt(found, 'status', 'phase') === 'Terminating') {
    log.warn(
      `namespace ${namespace} is being deleted: the export holds what is left of it, and the transformation leaves out its objects that are being deleted`,
    );
  }
  return found !== 'forbidden';
}

/** The error of a namespace that is not there, or shows nothing of itself. */
export function namespaceNotFound(cluster: Cluster, namespace: string, cause: string): TaskError {
  const where = `namespace ${namespace} of context ${cluster.contextName} (${cluster.server})`;
  return new TaskError('namespace-not-found', `exporting ${where}: ${cause}`, {
    remedy: 'Check the namespace and the context: both are taken as given, never replaced by defaults.',
  });
}
