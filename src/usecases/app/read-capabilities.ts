import { stringAt } from '../../domain/core/json-object.ts';
import { capabilitiesOf, type Capabilities } from '../../domain/helm/capabilities.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import { discoverVersions } from '../cluster/resolve-kinds.ts';

/**
 * What charts are rendered for: the version and the APIs of a cluster. What the account may not read is left to helm.
 * @throws ClusterStatusError for a refused login, TaskError `not-kubernetes`, `unreachable`
 */
export async function readCapabilities(cluster: Cluster): Promise<Capabilities> {
  const [version, versions] = await Promise.all([
    cluster.request({ path: '/version' }).catch(unlessRefused({})),
    discoverVersions(cluster).catch(unlessRefused([])),
  ]);
  return capabilitiesOf(stringAt(version, 'gitVersion'), versions);
}

function unlessRefused<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isRefusalOfRequest(error)) return value;
    throw error;
  };
}
