import type { Log } from '../../domain/core/ports.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import type { RegistryHosts } from '../../domain/planning/lists.ts';
import { findRegistryInfo } from '../images/plan/registry-info.ts';

/** The addresses of a cluster's registry. One that the account may not find out is unknown: the user can give it. */
export async function readRegistry(cluster: Cluster, log: Log): Promise<RegistryHosts> {
  // The caller closes the connection.
  const connect = (): Promise<Cluster> => Promise.resolve({ ...cluster, close: () => Promise.resolve() });
  const given = { internal: undefined, public: undefined };
  try {
    const { results } = await findRegistryInfo({ strict: false, given }, { connect, log });
    return { internal: results.internal, public: results.public };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.warn(`finding the registry of ${cluster.server}: ${error.message}`);
    return { internal: '', public: '' };
  }
}
