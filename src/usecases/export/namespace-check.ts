import { isNamespaceName } from '../../domain/kube/namespace-name.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log } from '../../domain/core/log.ts';

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
    throw new TaskError(
      'invalid-param',
      `reading --namespace: ${JSON.stringify(namespace)} is no name of a namespace`,
      {
        remedy: 'Give the name of a namespace: lower-case letters, digits and dashes, at most 63.',
      },
    );
  }
  try {
    const found = await cluster.request({ path: `/api/v1/namespaces/${namespace}` });
    if (stringAt(found, 'status', 'phase') === 'Terminating') {
      log.warn(
        `namespace ${namespace} is being deleted: the export holds what is left of it, and crane-transform leaves out its objects that are being deleted`,
      );
    }
    return true;
  } catch (error) {
    if (!(error instanceof ClusterStatusError)) throw error;
    if (error.status === 404) throw namespaceNotFound(cluster, namespace, 'it does not exist');
    if (error.status === 403) return false;
    throw error;
  }
}

/** The error of a namespace that is not there, or shows nothing of itself. */
export function namespaceNotFound(cluster: Cluster, namespace: string, cause: string): TaskError {
  const where = `namespace ${namespace} of context ${cluster.contextName} (${cluster.server})`;
  return new TaskError('namespace-not-found', `exporting ${where}: ${cause}`, {
    remedy: 'Check the namespace and the context: both are taken as given, never replaced by defaults.',
  });
}
