import { parseListPage } from '../../domain/kube/api-answer.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { checkObject, type ExpectedObject } from '../../domain/kube/expected-object.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';

/** Resource versions by object name, as a collection had them; undefined when the cluster does not let us list it. */
export type Versions = ReadonlyMap<string, string> | undefined;

const pageSize = '500';
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/**
 * Lists names and resource versions of a collection, metadata only, page by page. Another object in the list makes all
 * versions unknown.
 */
export async function listVersions(cluster: Cluster, collection: string, expected: ExpectedObject): Promise<Versions> {
  const versions = new Map<string, string>();
  let token = '';
  try {
    do {
      const query = { limit: pageSize, ...(token === '' ? {} : { continue: token }) };
      const answer = await cluster.request({ path: collection, query, accept: metadataOnly });
      const page = parseListPage(answer, { path: collection, server: cluster.server });
      for (const item of page.items) {
        const { resource } = checkObject(item, { ...expected, isMetadataOnly: true });
        if (resource === undefined) return undefined;
        versions.set(resource.metadata.name, stringAt(resource, 'metadata', 'resourceVersion') ?? '');
      }
      token = page.token;
    } while (token !== '');
  } catch (error) {
    if (error instanceof ClusterStatusError) return undefined;
    throw error;
  }
  return versions;
}
