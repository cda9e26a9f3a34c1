import { ClusterStatusError } from '../../domain/clusters/status-error.ts';
import { arrayAt, stringAt } from '../../domain/resources/resource.ts';
import type { Cluster } from '../ports.ts';

/** Resource versions by object name, as a collection had them; undefined when the cluster does not let us list it. */
export type Versions = ReadonlyMap<string, string> | undefined;

const pageSize = '500';
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Lists names and resource versions of a collection, metadata only, page by page. */
export async function listVersions(cluster: Cluster, collection: string): Promise<Versions> {
  const versions = new Map<string, string>();
  let token: string | undefined;
  try {
    do {
      const query = { limit: pageSize, ...(token === undefined ? {} : { continue: token }) };
      const page = await cluster.request({ path: collection, query, accept: metadataOnly });
      for (const item of arrayAt(page, 'items')) {
        versions.set(stringAt(item, 'metadata', 'name') ?? '', stringAt(item, 'metadata', 'resourceVersion') ?? '');
      }
      token = stringAt(page, 'metadata', 'continue');
    } while (token !== undefined && token !== '');
  } catch (error) {
    if (error instanceof ClusterStatusError) return undefined;
    throw error;
  }
  return versions;
}
