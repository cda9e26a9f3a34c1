import { namespaced } from '../../domain/kube/known-kinds.ts';
import { isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { splitTagName } from '../../domain/kube/stream-tag.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { collectObjects } from './list-objects.ts';

/** ImageStreams by `streamKey` of their tags; undefined where the account may not list them. */
export type Streams = ReadonlyMap<string, Resource> | undefined;

/** `<namespace>/<name>` of the stream that an ImageStreamTag is in. */
export function streamKey({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${splitTagName(metadata.name).stream}`;
}

/**
 * Reads the streams that ImageStreamTags are in, by one list per namespace: the API does not show a tag before its image
 * is imported, its stream does. Other objects in the lists are ignored.
 * @throws TaskError when the cluster does not answer, ClusterStatusError 401
 */
export async function readStreams(cluster: Cluster, tags: readonly Resource[]): Promise<Streams> {
  const wanted = new Set(tags.map(streamKey));
  const namespaces = new Map(tags.map((tag) => [tag.metadata.namespace ?? '', tag.apiVersion]));
  const found = new Map<string, Resource>();
  try {
    for (const [namespace, apiVersion] of namespaces) {
      const kind = namespaced(apiVersion, 'ImageStream', 'imagestreams');
      for (const stream of await collectObjects({ cluster, kind, namespace }, () => undefined)) {
        const key = `${namespace}/${stream.metadata.name}`;
        if (wanted.has(key)) found.set(key, stream);
      }
    }
  } catch (error) {
    if (!isRefusalOfRequest(error)) throw error;
    return undefined;
  }
  return found;
}
