import {
  chooseVersions,
  parseAggregated,
  parseClassicGroups,
  parseClassicKinds,
  type Discovered,
  type GroupVersion,
} from '../../domain/clusters/discovery.ts';
import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import type { Cluster } from '../ports.ts';

/** Both aggregated formats, then the classic one for servers that know neither. */
const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');
const accept = `${aggregated},application/json`;

/**
 * All kinds that an API server serves, in two requests where it knows aggregated discovery (Kubernetes 1.26 and
 * newer), else in one per group version.
 */
export async function discoverKinds(cluster: Cluster): Promise<Discovered> {
  return chooseVersions(await discoverVersions(cluster));
}

/** The same with each kind in every version that is served, preferred versions first. */
export async function discoverVersions(cluster: Cluster): Promise<readonly GroupVersion[]> {
  const [core, groups] = await Promise.all([
    cluster.request({ path: '/api', accept }),
    cluster.request({ path: '/apis', accept }),
  ]);
  const coreVersions = parseAggregated(core);
  const groupVersions = parseAggregated(groups);
  if (coreVersions !== undefined && groupVersions !== undefined) {
    return [...coreVersions, ...groupVersions];
  }
  return discoverClassic(cluster);
}

async function discoverClassic(cluster: Cluster): Promise<readonly GroupVersion[]> {
  const [core, groups] = await Promise.all([cluster.request({ path: '/api' }), cluster.request({ path: '/apis' })]);
  const versions = parseClassicGroups(core, groups);
  return Promise.all(versions.map((version) => readVersion(cluster, version)));
}

async function readVersion(
  cluster: Cluster,
  { group, version }: { group: string; version: string },
): Promise<GroupVersion> {
  try {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    return parseClassicKinds(group, version, await cluster.request({ path }));
  } catch (error) {
    if (!(error instanceof ClusterStatusError) || error.status === 401) throw error;
    return { group, version, kinds: undefined, reason: error.message };
  }
}
